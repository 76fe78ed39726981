import pytest

from rag.legal import ArticleText, article_of_line


def test_what_stands_before_the_first_clause_is_the_heading():
    (article,) = article_of_line("10", "Bağın yaşı 10.1. Bağ köhnədir. 10.2. Bu Məcəllənin 10.1-ci bəndi: a) birinci; b) ikinci. 10.2-1. Yeni bənd.")

    assert (article.article, article.title) == ("10", "Bağın yaşı")
    assert article.text.splitlines() == [
        "10.1. Bağ köhnədir.",
        "10.2. Bu Məcəllənin 10.1-ci bəndi:",
        "a) birinci;",
        "b) ikinci.",
        "10.2-1. Yeni bənd.",
    ]


def test_parts_are_told_from_other_numbers_by_their_turn():
    (article,) = article_of_line("98", "Gecə işi 1. Gecə 22. saatda başlanır. 2 . Uşaqlar işləmir. 3. Qalanları işləyir.")

    assert article.title == "Gecə işi"
    assert article.text.splitlines() == ["1. Gecə 22. saatda başlanır.", "2 . Uşaqlar işləmir.", "3. Qalanları işləyir."]


def test_a_text_without_clauses_is_kept_whole():
    assert article_of_line("7", " Bağın qorunması Bağı hamı qoruyur. ") == [
        ArticleText(article="7", title="", text="Bağın qorunması Bağı hamı qoruyur.")
    ]


@pytest.mark.parametrize("chapter", ["19-cu fəsil Ağaclar və kollar", "IX BÖLMƏ AĞACLAR Otuz üçüncü fəsil Kollar", "FƏSİL 10 Kolların suvarılması"])
def test_the_next_chapters_heading_is_left_out(chapter: str):
    (article,) = article_of_line("7", f"Suvarma 7.1. Ağaclar suvarılır. {chapter}")

    assert article.text == "7.1. Ağaclar suvarılır."


def test_a_sentence_that_speaks_of_a_chapter_stays():
    text = "7.1. Ağaclar suvarılır. 3-cü fəsil kollara tətbiq edilir. Otlara yox."

    (article,) = article_of_line("7", f"Suvarma {text}")

    assert article.text == text
