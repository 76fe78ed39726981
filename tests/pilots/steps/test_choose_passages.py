from dataclasses import replace

import pytest

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.steps.choose_passages import ChoosePassages
from rag.passages import Passage, ScoredPassage
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


def article(law: str, title: str, text: str) -> ScoredPassage:
    passage = Passage(id=law, pilot="kicik_pilot", source_id=law, title=title, text=text, locator="Maddə 98", section="98")
    return ScoredPassage(passage=passage, score=1.0, lexical=5.0, dense=0.85, is_lookup=True)


LABOUR = article("emek", "Əmək Məcəlləsi", "Maddə 98. Gecə işi\nGecə işinə uşaqlar cəlb edilmir.")
TAX = article("vergi", "Vergi Məcəlləsi", "Maddə 98. Gəlir\nGəlir natura şəklində ola bilər.")


async def test_an_article_of_several_laws_is_asked_about():
    draft = await choose("Maddə 98 nə deyir?", TAX, LABOUR)

    assert isinstance(draft, Draft)
    assert draft.status is AnswerStatus.CLARIFICATION
    assert draft.options == ("Vergi Məcəlləsi, Maddə 98", "Əmək Məcəlləsi, Maddə 98")
    assert set(draft.focus.sources) == {"vergi", "emek"}


@pytest.mark.parametrize("text", ["Maddə 98 gecə işinə kimlər cəlb edilmir?", "maddə 98 gecə işi"])
async def test_what_is_asked_of_an_article_tells_the_law(text: str):
    assert await kept(text, TAX, LABOUR) == ["emek"]


async def test_an_article_of_a_law_that_is_not_here_is_no_answer():
    other = found("mulki", "Maddə 999. Ödəyici icranı həyata keçirməlidir.")

    assert isinstance(await choose("Əmək Məcəlləsinin 999-cu maddəsi nə deyir?", other), Draft)


async def test_without_vectors_the_words_must_tell_more():
    half = "Əsas məzuniyyət köçürülmə"
    measured, unmeasured = LEAVE, replace(LEAVE, dense=None)

    assert isinstance(await choose(f"{half} bölünmə", measured, min_coverage=0.0), Context)
    assert isinstance(await choose(f"{half} bölünmə pozulma", unmeasured, min_coverage=0.0), Draft)


async def test_a_question_that_is_said_nearly_whole_needs_no_search_score():
    unsure = replace(LEAVE, lexical=0.5, dense=0.6)

    assert await kept("Əsas məzuniyyətin təqvim müddəti neçə gündür?", unsure) == ["mezuniyyet"]
    assert isinstance(await choose("Məzuniyyət", unsure), Draft)


async def test_the_order_of_the_sentences_is_handed_on_for_the_passages_that_are_kept():
    outcome = await choose(ASKED, HOURS, LEAVE)

    assert isinstance(outcome, Context)
    assert [evidence.found for evidence in outcome.ranked] == list(outcome.passages)
