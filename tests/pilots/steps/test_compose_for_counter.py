from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, Question, SentenceKind
from pilots.context import Draft
from pilots.counter import load_counter
from pilots.guard import withhold_unsupported
from pilots.steps.compose_for_counter import ComposeForCounter
from pilots.steps.compose_from_card import ComposeFromCard
from rag.cards import ServiceCard
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import TODAY, common_messages, context_of, found, write_deck

CLAUSES = "Maddə 7. Vəsiqələr.\n7.1. on iş günü müddətində 31 manat\n7.2. bir iş günü müddətində 93 manat"


def law(text: str = CLAUSES, title: str = "Sınaq haqqında") -> ScoredPassage:
    held = found("sinaq-qanunu", text, is_lookup=True)
    return replace(held, passage=replace(held.passage, title=title, section="7", locator="Maddə 7"))


class Counter:
    """The step over the small pilot's cards, whose lost identity card names clauses 7.1 and 7.2 of an invented law."""

    def __init__(self, folder: Path) -> None:
        deck = write_deck(folder / "deck")
        card = deck["vesiqe-itirilmis"]
        rows = tuple(row.model_copy(update={"legal_basis": f"«Sınaq haqqında» Qanun, {row.legal_basis}"}) for row in card.fees)
        self.card: ServiceCard = card.model_copy(update={"fees": rows})
        messages = common_messages(folder / "messages")
        deck[card.id] = self.card
        self._step = ComposeForCounter(ComposeFromCard(messages, today=lambda: TODAY), deck, messages, load_counter())

    async def compose(self, question: Question | str, *passages: ScoredPassage) -> Draft:
        draft = await self._step(context_of(question, *passages, card=self.card))
        assert isinstance(draft, Draft)
        return draft


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def texts(draft: Draft, kind: SentenceKind = SentenceKind.FACT) -> list[str]:
    return [sentence.text for sentence in draft.sentences if sentence.kind is kind]


async def test_the_law_stands_verbatim_beside_the_row_that_names_it(counter: Counter):
    draft = await counter.compose("rüsum 1 günə neçəyədir", law())

    assert "7.2. bir iş günü müddətində 93 manat" in texts(draft)
    (article,) = draft.details["articles"]  # pyright: ignore[reportAssignmentType, reportGeneralTypeIssues, reportUnknownVariableType]
    cited = next(citation for citation in draft.citations if citation.n == article["citation"])  # pyright: ignore[reportArgumentType, reportCallIssue, reportIndexIssue, reportOptionalSubscript]
    assert (cited.source_id, cited.locator, cited.quote) == ("sinaq-qanunu", "Maddə 7", "7.2. bir iş günü müddətində 93 manat")


@pytest.mark.parametrize("passages", [(), (law(title="Başqa qanun"),), (law("Maddə 7.\n7.3. başqa bənd 5 manat"),)])
async def test_without_that_very_place_in_the_index_only_the_card_names_it(counter: Counter, passages: tuple[ScoredPassage, ...]):
    draft = await counter.compose("rüsum 1 günə neçəyədir", *passages)

    assert draft.details["articles"] == []
    assert {citation.source_id for citation in draft.citations} == {counter.card.id}
    assert any("maddə 7.2" in text for text in texts(draft))


async def test_a_law_that_gives_another_amount_is_a_notice_and_no_fact(counter: Counter):
    draft = await counter.compose("rüsum 1 günə neçəyədir", law(CLAUSES.replace("93", "50")))

    assert not any("50 manat" in text for text in texts(draft))
    assert any("50 manat" in text for text in texts(draft, SentenceKind.NOTICE))


async def test_a_guide_is_quoted_only_for_amounts_that_are_asked(counter: Counter):
    guide = replace(
        found("beledci"),
        passage=replace(
            found("beledci").passage, title="Sınaq haqqında qanun", section="", text="10 gün 31 manat (bənd 7.1), 1 gün 93 manat (bənd 7.2)."
        ),
    )

    whole = await counter.compose("rüsum neçəyədir", guide)
    narrowed = await counter.compose("rüsum 1 günə neçəyədir", guide)

    assert guide.passage.text in texts(whole)
    assert guide.passage.text not in texts(narrowed)


async def test_what_programs_get_is_what_the_sentences_say(counter: Counter):
    draft = await counter.compose("rüsum neçəyədir", law())

    said = [sentence.text for sentence in draft.sentences]
    reply = str(draft.details["draft_reply"]).splitlines()
    questions = draft.details["next_questions"]
    assert isinstance(questions, list)
    assert questions
    assert set(reply) <= set(said)
    assert {str(question) for question in questions} <= set(said)
    assert said[said.index(reply[0]) - 1].startswith("Vətəndaşa cavab (qaralama")


async def test_every_sentence_passes_the_guard(counter: Counter):
    draft = await counter.compose("rüsum neçəyədir", law())

    assert withhold_unsupported(draft) == draft


@pytest.mark.parametrize(
    ("question", "line"),
    [
        (Question(text="rüsum 1 günə neçəyədir", language="ru"), "Государственная пошлина: 1 раб. дн. – 93 AZN."),
        ("rusdilli, rüsum 1 günə neçəyədir", "Государственная пошлина: 1 раб. дн. – 93 AZN."),
        ("rüsum 1 günə neçəyədir", "Dövlət rüsumu: 1 iş günü – 93 AZN."),
    ],
)
async def test_the_reply_is_written_in_the_citizens_language(counter: Counter, question: Question | str, line: str):
    assert line in str((await counter.compose(question)).details["draft_reply"]).splitlines()


async def test_an_ending_that_is_no_answer_stays_as_it_is(tmp_path: Path):
    step = ComposeForCounter(
        ComposeFromCard(common_messages(tmp_path / "a"), today=lambda: TODAY), {}, common_messages(tmp_path / "b"), load_counter()
    )

    assert await step(context_of("rüsum?")) == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)


async def test_a_newer_edition_of_the_clause_is_told_beside_the_one_of_the_day(counter: Counter):
    newest = replace(law().passage, text=CLAUSES.replace("93", "110"), editions=("2024-02",), in_force_from=date(2024, 2, 1), in_force_to=None)
    older = replace(law().passage, editions=("2023-05",), in_force_from=None, in_force_to=date(2024, 2, 1))
    held = replace(law(), passage=older, versions=((older,), (newest,)))
    draft = await counter.compose(Question(text="rüsum 1 günə neçəyədir", as_of=date(2023, 6, 1)), held)

    assert "7.2. bir iş günü müddətində 93 manat" in texts(draft)
    assert "Sınaq haqqında (2023-05 redaksiyası)" in {citation.title for citation in draft.citations}
    (notice,) = [text for text in texts(draft, SentenceKind.NOTICE) if "redaksiya" in text]
    assert "2024-02" in notice
