import pytest

from pilots.grounding.guard import SentenceGuard, Withheld, plain
from pilots.grounding.rows import Evidence, read_evidence
from pilots.grounding.verdict import Reason
from rag.passages import Passage


def source(text: str, *, title: str = "Xarici pasport") -> Evidence:
    return read_evidence(Passage(id="", pilot="kicik_pilot", source_id="pasport", title=title, locator="Dövlət rüsumu", text=text))


SOURCES = {
    1: source("Dövlət rüsumu: böyüklər, 10 iş günü – 61 AZN."),
    2: source("Dövlət rüsumu: böyüklər, 1 iş günü – 213 AZN."),
    3: source("Müraciət üçün ərizə-anket doldurulur.\nƏlaqə: (012) 555 44 33."),
}


def guard(question: str = "Pasport neçəyədir?", *, forbidden: tuple[str, ...] = (), least_coverage: float = 0.75) -> SentenceGuard:
    return SentenceGuard(SOURCES, question=question, least_coverage=least_coverage, forbidden_terms=forbidden)


def reason_for(text: str, citations: tuple[int, ...], judged: SentenceGuard | None = None) -> Reason | None:
    _, withheld = (judged or guard()).admit(text, citations)
    return withheld.reason if withheld else None


@pytest.mark.parametrize(
    ("text", "citations", "reason"),
    [
        ("böyüklər, 10 iş günü üçün rüsum 61 manatdır.", (1,), None),
        ("böyüklər, 10 iş günü üçün rüsum 61 manatdır.", (2,), Reason.QUANTITY),
        ("böyüklər, 10 iş günü üçün rüsum 61 manatdır.", (9,), Reason.UNCITED),
        ("böyüklər, 10 iş günü üçün rüsum 61 manatdır.", (1, 9), Reason.UNCITED),
        ("böyüklər, 10 iş günü üçün rüsum 61 manatdır.", (), Reason.UNCITED),
        ("Rüsum 61 manatdır.", (1,), Reason.AMBIGUOUS),
        ("Rüsum 61 manatdır.", (1, 2), Reason.AMBIGUOUS),
        ("10 iş günü üçün rüsum 61 manatdır.", (1,), None),
        ("10 iş günü üçün 61 manat, 1 iş günü üçün 213 manat.", (1, 2), None),
        ("Ərizə-anket doldurulur: 012 555 44 33.", (3,), None),
        ("Ərizə-anket doldurulur: 012 555 44 34.", (3,), Reason.PHONE),
        ("Ərizə-anket <i>doldurulur</i>.", (3,), Reason.MARKUP),
        ("![x](http://x.az) Ərizə-anket doldurulur.", (3,), Reason.MARKUP),
        ("Ərizə-anket doldurulmur.", (3,), Reason.DENIAL),
        ("Ərizə-anket " * 60 + "doldurulur.", (3,), Reason.LENGTH),
        ("", (1,), Reason.WORDS),
        ("; 61.", (1,), Reason.WORDS),
        ("Xarici pasportun dövlət rüsumu.", (3,), Reason.WORDS),
    ],
)
def test_a_sentence_is_shown_only_when_its_sources_bear_it_out(text: str, citations: tuple[int, ...], reason: Reason | None):
    assert reason_for(text, citations) is reason


def test_what_is_shown_is_what_was_judged():
    admitted, withheld = guard().admit("- **10 iş günü** üçün\n rüsum 61\u200b manatdır [1].", (1,))
    assert withheld is None
    assert [(sentence.text, sentence.citations) for sentence in admitted] == [("10 iş günü üçün rüsum 61 manatdır.", (1,))]


def test_of_several_sentences_all_are_shown_or_none():
    true, lie = "Ərizə-anket doldurulur.", "Rüsum ödənilmir."
    assert [sentence.text for sentence in guard().admit(f"{true} Müraciət üçün {true.lower()}", (3,))[0]] == [true, f"Müraciət üçün {true.lower()}"]
    assert guard().admit(f"{true} {lie}", (3,)) == ([], Withheld(Reason.WORDS))


def test_a_sentence_that_trails_off_is_never_shown_alone():
    judged = SentenceGuard({1: source("Dövlət rüsumu: rəqəmlər 100, 200 … 900 – 1500 AZN.")}, question="", least_coverage=1.0)
    assert judged.admit("Rəqəmlər 100, 200 …", (1,)) == ([], Withheld(Reason.WORDS))
    whole = "Rəqəmlər 100, 200 … 900 üçün rüsum 1500 manatdır."
    assert [sentence.text for sentence in judged.admit(whole, (1,))[0]] == [whole]


@pytest.mark.parametrize(
    "text", ["Ərizə-anket doldurulur, FİN 5ABC12D.", "Ərizə-anket Rəşad Əliyev üçün doldurulur.", "Ərizə-anket doldurulur: rashad@mail.az."]
)
def test_personal_data_that_nobody_gave_is_withheld(text: str):
    assert reason_for(text, (3,)) is not None


def test_personal_data_of_the_source_itself_may_be_said():
    assert reason_for("Əlaqə: (012) 555 44 33.", (3,)) is None


def test_a_forbidden_term_is_found_by_its_beginning():
    assert reason_for("Ərizə-anket doldurulur.", (3,), guard(forbidden=("anket doldur",))) is Reason.FORBIDDEN
    assert reason_for("Ərizə-anket doldurulur.", (3,), guard(forbidden=("=anket doldur",))) is None


def test_the_pilots_threshold_says_how_much_of_a_sentence_its_source_must_say():
    text = "Müraciət üçün ərizə-anket tez doldurulur."
    assert reason_for(text, (3,), guard(least_coverage=0.5)) is None
    assert reason_for(text, (3,), guard(least_coverage=1.0)) is Reason.WORDS


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**61** manat", "61 manat"),
        ("* 61 manat", "61 manat"),
        ("## Rüsum", "Rüsum"),
        ("`61` manat [1].", "61 manat."),
        ("61 manat [1, 2]", "61 manat"),
        ("61 manat [maddə 7]", "61 manat [maddə 7]"),
        ("<b>61</b>", "<b>61</b>"),
        ("2*3", "2*3"),
    ],
)
def test_only_emphasis_list_and_citation_marks_are_taken_off(written: str, shown: str):
    assert plain(written) == shown
