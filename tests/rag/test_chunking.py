"""Sentences stay verbatim and whole; chunks stay under the limit and lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunking import chunk_text, estimate_tokens, number_passages, split_sentences
from rag.passages import Passage


def count_words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ünvan: Bakı ş., Nizami küç. 12. Növbəti cümlə.", ["Ünvan: Bakı ş., Nizami küç. 12.", "Növbəti cümlə."]),
        ("Maddə 14.3-1.2 tətbiq olunur. Rüsum 70 manatdır.", ["Maddə 14.3-1.2 tətbiq olunur.", "Rüsum 70 manatdır."]),
        ("14.3-1.2. 3 iş günü müddətində – 70 manat.", ["14.3-1.2. 3 iş günü müddətində – 70 manat."]),
        ("A. Quliyev və H.Z. Tağıyev gəldi. Az.R. Prezidenti imzaladı.", ["A. Quliyev və H.Z. Tağıyev gəldi.", "Az.R. Prezidenti imzaladı."]),
        ("Ərizə, arayış və s. Bundan sonra cavab verilir.", ["Ərizə, arayış və s.", "Bundan sonra cavab verilir."]),
        ("Ərizə, arayış və s. tələb olunur.", ["Ərizə, arayış və s. tələb olunur."]),
        ("Qanun 01.05.2023 tarixində dəyişdi. Bəs indi?", ["Qanun 01.05.2023 tarixində dəyişdi.", "Bəs indi?"]),
        ("Ödəniş 2.5 man. təşkil edir, məs. Bakıda.", ["Ödəniş 2.5 man. təşkil edir, məs. Bakıda."]),
        ("Bəli! Doğrudur? “Belədir.” Yox… Sonra.", ["Bəli!", "Doğrudur?", "“Belədir.”", "Yox…", "Sonra."]),
        ("1-ci bənd üzrə 3-cü gün. İkinci.", ["1-ci bənd üzrə 3-cü gün.", "İkinci."]),
        ("II. Hakimiyyət xalqındır. III. Son.", ["II. Hakimiyyət xalqındır.", "III. Son."]),
    ],
)
def test_abbreviations_numbers_and_initials_end_no_sentence(text: str, sentences: list[str]):
    assert split_sentences(text) == sentences


def test_a_list_item_ends_the_line_before_it_and_a_wrapped_line_goes_on():
    text = "Maddə 13. Sənədlər\n13.1. Tələb olunan\nsənədlər bunlardır:\na) ərizə;\nb) arayış\n\nQeyd"

    assert split_sentences(text) == ["Maddə 13. Sənədlər", "13.1. Tələb olunan\nsənədlər bunlardır:", "a) ərizə;", "b) arayış", "Qeyd"]


@given(st.text(alphabet="aəBİ.1 \n;)-«»", max_size=120))
def test_sentences_keep_every_visible_character_in_order(text: str):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
    assert all(sentence in text for sentence in split_sentences(text))


@given(st.text(alphabet="aəBİ.1 \n;,", max_size=200), st.integers(min_value=1, max_value=20))
def test_chunks_keep_every_visible_character_and_never_exceed_the_limit(text: str, limit: int):
    chunks = chunk_text(text, count_tokens=len, max_tokens=limit)

    assert all(0 < len(chunk) <= limit for chunk in chunks)
    assert "".join("".join(chunks).split()) == "".join(text.split())


def test_chunks_are_whole_sentences_while_these_fit():
    text = "Bir iki üç. Dörd beş altı. Yeddi səkkiz."

    assert chunk_text(text, count_tokens=count_words, max_tokens=6) == ["Bir iki üç. Dörd beş altı.", "Yeddi səkkiz."]


def test_a_sentence_longer_than_the_limit_is_cut_at_its_semicolons_first():
    text = "birinci söz burada; ikinci söz burada; üçüncü söz burada"

    assert chunk_text(text, count_tokens=count_words, max_tokens=4) == ["birinci söz burada;", "ikinci söz burada;", "üçüncü söz burada"]


def test_a_text_without_content_has_no_chunk():
    assert chunk_text(" \n ", count_tokens=len) == []


def test_refuses_a_limit_that_nothing_fits():
    with pytest.raises(ValueError, match="max_tokens"):
        chunk_text("söz", count_tokens=len, max_tokens=0)


def test_the_estimate_errs_on_the_long_side():
    assert estimate_tokens("Dövlət rüsumu") >= 4


def test_numbering_drops_a_repeated_passage_and_orders_the_rest():
    repeated = [Passage(id="", pilot="p", source_id="s", title="t", text=text) for text in ("a", "b", "a")]

    assert [(p.text, p.ordinal) for p in number_passages(repeated)] == [("a", 0), ("b", 1)]


def test_dots_between_figures_end_no_sentence():
    text = "Nişan 111, 222 … 999 seriyası ilə 1500 AZN-dir. Ödəniş … Sonra yazılır."
    assert split_sentences(text) == ["Nişan 111, 222 … 999 seriyası ilə 1500 AZN-dir.", "Ödəniş …", "Sonra yazılır."]


def test_marks_of_a_reference_stand_behind_the_sentence_that_they_belong_to():
    assert split_sentences("Qayda 2010-cu ildə qəbul edilib.[12] Sonra dəyişib.{{sfn|Nur|1993|p=35}} İndi qüvvədədir.") == [
        "Qayda 2010-cu ildə qəbul edilib.[12]",
        "Sonra dəyişib.{{sfn|Nur|1993|p=35}}",
        "İndi qüvvədədir.",
    ]


def test_a_line_that_ends_within_a_list_of_clauses_goes_on():
    assert len(split_sentences("Cəza Məcəllənin 44.4, 47.3,\n49.3 və 52-1.5-ci maddələrinə əsasən əvəz edilir.")) == 1
    assert len(split_sentences("Hakim həmin Məcəllənin\n81.2 və 82.4-cü maddələrini tətbiq edir.")) == 1
    assert split_sentences("Maddə 10. Qazın saxlanması\n10.1. Qaz saxlanılır.") == ["Maddə 10. Qazın saxlanması", "10.1. Qaz saxlanılır."]
