import pytest

from pilots.answer import AnswerStatus, Citation, Sentence, SentenceKind
from pilots.context import Draft
from pilots.generation.outline import outline_of, tells, untold

CITATIONS = {n: Citation(n=n, source_id="pasport", title="Qanun", locator=f"maddə 7.{n}", quote="", url=None, as_of=None) for n in (1, 2)}


def frame(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FRAME)


def fact(text: str, *citations: int) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FACT, citations=citations)


def notice(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.NOTICE, citations=(1,))


SENTENCES = (
    frame("Yalnız bir hissə:"),
    frame("Rüsum:"),
    fact("31 AZN", 1),
    fact("93 AZN", 1),
    frame("Sənədlər:"),
    fact("Arayış", 2),
    frame("Müddət göstərilməyib."),
    notice("Mənbələr fərqlənir."),
)


def test_facts_stand_under_the_frame_right_before_them_and_all_else_is_the_gateways():
    outline = outline_of(Draft(status=AnswerStatus.ANSWERED, sentences=SENTENCES))
    assert outline.opening == [SENTENCES[0]]
    assert [(block.heading, block.facts) for block in outline.blocks] == [(SENTENCES[1], SENTENCES[2:4]), (SENTENCES[4], SENTENCES[5:6])]
    assert outline.closing == list(SENTENCES[6:])


def test_with_nothing_told_the_parts_are_the_draft_again():
    outline = outline_of(Draft(status=AnswerStatus.ANSWERED, sentences=SENTENCES))
    assert (*outline.opening, *untold(outline.blocks, [], [*CITATIONS.values()]), *outline.closing) == SENTENCES


def test_a_block_that_is_told_goes_with_its_heading():
    outline = outline_of(Draft(status=AnswerStatus.ANSWERED, sentences=SENTENCES))
    assert untold(outline.blocks, [fact("31 manat və 93 manatdır.", 1)], [*CITATIONS.values()]) == list(SENTENCES[4:6])


ROW = fact("Dövlət rüsumu: 18 yaşdan yuxarı, 10 iş günü – 61 AZN (maddə 7.1).", 1)


@pytest.mark.parametrize(
    ("sentence", "row", "is_told"),
    [
        (fact("18 yaşdan yuxarı, 10 iş günü üçün 61 manatdır.", 1), ROW, True),
        (fact("18 yaşdan yuxarı, 10 iş günü üçün 61 manatdır.", 2), ROW, False),
        (fact("10 iş günü üçün 61 manatdır.", 1), ROW, False),
        (fact("18 yaşdan yuxarı 61 manatdır.", 1), ROW, False),
        (fact("Rüsum pulsuzdur.", 1), fact("Dövlət rüsumu: pulsuz (0 AZN).", 1), True),
        (fact("Polisdən arayış lazımdır.", 1), fact("Polisdən arayış.", 1), True),
        (fact("Arayış lazımdır.", 1), fact("Polisdən arayış.", 1), False),
        (fact("Pasportun surəti lazımdır.", 1), fact("Pasportun surəti (viza səhifələri ilə).", 1), False),
        (fact("Çağrı Mərkəzi: (012) 919", 1), fact("Dövlət Miqrasiya Xidmətinin Çağrı Mərkəzi: (012) 919", 1), True),
        (fact("Dövlət Miqrasiya Xidmətinin Çağrı Mərkəzinə zəng edin.", 1), fact("Dövlət Miqrasiya Xidmətinin Çağrı Mərkəzi: (012) 919", 1), False),
    ],
)
def test_a_sentence_stands_for_a_row_when_it_says_its_case_and_its_figures(sentence: Sentence, row: Sentence, is_told: bool):
    assert tells(sentence, row, CITATIONS) is is_told
