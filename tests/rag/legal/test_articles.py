"""Legal texts come apart into articles that know their number, title and chapter."""

from rag.chunking import estimate_tokens
from rag.legal import ArticleText, article_passages, preamble, split_articles, strip_footnotes
from rag.passages import Passage

LAW = """Bu Qanun sınaq üçündür.[1]
I fəsil. ÜMUMİ MÜDDƏALAR
Maddə 1. Əsas
anlayışlar
1.0. Bu Qanunda aşağıdakı anlayışlar işlədilir:[12]
1.0.1. ərizə – yazılı müraciət.
M a d d ə  2.
Tətbiq dairəsi
Maddə 5-də göstərilən hallar istisnadır.
II FƏSİL
MADDƏ 10-1. Müddət
1. On gün.
2. İyirmi gün.
"""


def passages_of(article: ArticleText, max_tokens: int = 400) -> list[Passage]:
    return article_passages(article, pilot="p", source_id="qanun", title="Qanun", count_tokens=estimate_tokens, max_tokens=max_tokens)


def test_articles_are_found_in_every_spelling_of_the_heading():
    assert [(a.article, a.title) for a in split_articles(LAW)] == [("1", "Əsas anlayışlar"), ("2", "Tətbiq dairəsi"), ("10-1", "Müddət")]


def test_an_article_keeps_its_chapter():
    assert [a.headings for a in split_articles(LAW)] == [("I fəsil. ÜMUMİ MÜDDƏALAR",), ("I fəsil. ÜMUMİ MÜDDƏALAR",), ("II FƏSİL",)]


def test_a_chapter_takes_its_title_from_the_next_line_and_its_section_stays_above_it():
    text = "Maddə 1. Bir\nMətn.\nİKİNCİ BÖLMƏ\nƏMƏK\nV f ə s i l\nMƏZUNİYYƏT\nMaddə 2. İki\nmətn"

    assert [a.headings for a in split_articles(text)] == [(), ("İKİNCİ BÖLMƏ ƏMƏK", "V f ə s i l MƏZUNİYYƏT")]
    assert split_articles(text)[0].text == "Mətn."


def test_long_text_after_what_looks_like_a_heading_is_not_lost():
    text = "Maddə 1. Bir\nII fəsil\n" + "Bu mətn itməməlidir. " * 30

    assert "Bu mətn itməməlidir." in split_articles(text)[0].text


def test_an_article_that_was_glued_to_a_heading_is_found():
    assert [a.article for a in split_articles("Maddə 7. Bir\nmətn\nFəsil II\nDƏRƏCƏLƏR Maddə 8. İki\n8.1 mətn")] == ["7", "8"]


def test_a_mention_of_an_article_opens_none():
    assert "Maddə 5-də göstərilən hallar istisnadır." in split_articles(LAW)[1].text


def test_footnote_marks_are_stripped_and_the_preamble_is_kept_apart():
    assert strip_footnotes("mətn [12] davam[3]") == "mətn davam"
    assert preamble(LAW).startswith("Bu Qanun sınaq üçündür.\n")


def test_a_short_article_is_one_passage_with_its_heading():
    [passage] = passages_of(split_articles(LAW)[2])

    assert passage.text == "Maddə 10-1. Müddət\n1. On gün.\n2. İyirmi gün."
    assert (passage.section, passage.locator, passage.title) == ("10-1", "Maddə 10-1", "Qanun")


def test_a_long_article_names_the_clause_of_each_passage_and_repeats_what_introduces_it():
    text = "\n".join(
        ["14.3-1. İtirilmiş vəsiqənin əvəzinə yenisi verildikdə:"]
        + [f"14.3-1.{number}. {number} saylı hal üzrə müraciət edildikdə\n{number * 10} manat" for number in range(1, 9)]
        + ["14.4. Digər hallarda rüsum tutulmur."]
    )
    passages = passages_of(ArticleText(article="14", title="Rüsumlar", text=text), max_tokens=90)

    assert all(estimate_tokens(p.text) <= 90 for p in passages)
    assert {p.section for p in passages} == {"14"}
    assert passages[0].text.startswith("Maddə 14. Rüsumlar\n14.3-1. İtirilmiş vəsiqənin əvəzinə yenisi verildikdə:\n14.3-1.1. 1 saylı hal")
    assert "14.3-1.1. 1 saylı hal üzrə müraciət edildikdə 10 manat" in passages[0].text
    assert all("14.3-1. İtirilmiş" in p.text for p in passages[:-1])
    assert passages[-1].locator == "Maddə 14, bənd 14.4"
    assert passages[0].locator.startswith("Maddə 14, bənd 14.3-1.1")


def test_numbered_parts_are_cited_as_parts():
    text = "\n".join(f"{number}. Bu hissədə işçinin hüquqlarının qorunmasından danışılır və misallar gətirilir." for number in range(1, 7))
    locators = [p.locator for p in passages_of(ArticleText(article="114", title="Məzuniyyət", text=text), max_tokens=120)]

    assert locators[0].startswith("Maddə 114, hissə 1")
    assert locators[-1].endswith("6")


def test_a_heading_that_would_fill_every_passage_is_given_once():
    article = ArticleText(article="14", title="Uzun başlıq " * 20, text="\n".join(f"14.{n}. Mətn {'söz ' * 30}" for n in range(1, 6)))
    passages = passages_of(article, max_tokens=150)

    assert sum("Uzun başlıq" in p.text for p in passages) == 1
    assert all(p.text.startswith("Maddə 14.") for p in passages)


def test_a_repealed_article_keeps_its_heading():
    [passage] = passages_of(ArticleText(article="20", title="Çıxarılmışdır", text=""))

    assert passage.text == "Maddə 20. Çıxarılmışdır"
