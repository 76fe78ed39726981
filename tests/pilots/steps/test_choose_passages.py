import pytest

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.steps.choose_passages import ChoosePassages
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import context_of, found

LEAVE = found("mezuniyyet", "Əsas məzuniyyətin müddəti 21 təqvim günüdür.")
HOURS = found("is-vaxti", "Gündəlik iş vaxtı 8 saatdan çox ola bilməz.", lexical=3, dense=0.8)
ASKED = "Əsas məzuniyyətin müddəti neçə təqvim günüdür?"


async def choose(text: str, *passages: ScoredPassage, min_coverage: float = 0.5) -> Context | Draft:
    return await ChoosePassages(min_coverage=min_coverage)(context_of(text, *passages))


async def kept(text: str, *passages: ScoredPassage) -> list[str]:
    outcome = await choose(text, *passages)
    assert isinstance(outcome, Context)
    return [scored.passage.source_id for scored in outcome.passages]


async def test_the_passage_that_says_what_was_asked_is_kept_first():
    assert (await kept(ASKED, LEAVE, HOURS))[0] == "mezuniyyet"
    assert (await kept(ASKED, HOURS, LEAVE))[0] == "mezuniyyet"


async def test_a_passage_that_says_little_of_it_is_left_out():
    assert await kept(ASKED, LEAVE, HOURS) == ["mezuniyyet"]


async def test_a_passage_that_the_question_names_is_kept_whatever_its_words():
    named = found("mecelle", "Tərəflər razılığa gəlir.", lexical=0.1, dense=0.5, is_lookup=True)

    assert await kept("Məcəllənin 98-ci maddəsi nə deyir?", named, LEAVE) == ["mecelle"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Gəmi icarəsi lisenziyası hansı limanda verilir?", AnswerStatus.UNANSWERABLE_NO_SOURCE),
        ("Plov resepti necə olur, düyü, zəfəran, şabalıd", AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE),
    ],
)
async def test_passages_that_say_too_little_are_no_answer(text: str, status: AnswerStatus):
    assert await choose(text, LEAVE, HOURS) == Draft(status=status)


async def test_the_pilot_sets_how_much_must_be_said():
    half = "Əsas məzuniyyətin pozulması, köçürülməsi, bölünməsi, uzadılması"

    assert isinstance(await choose(half, LEAVE, min_coverage=0.95), Draft)
    assert isinstance(await choose(half, LEAVE, min_coverage=0.0), Context)


async def test_nothing_found_is_no_answer():
    assert await choose(ASKED) == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
