"""Ends a guided dialogue: checklist, exact amounts, duration and places for the case that the person described, to be printed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pydantic import JsonValue

from pilots.answer import AnswerStatus, Language, Sentence, SentenceKind
from pilots.aspects import Item, items_of
from pilots.context import Context, Draft
from pilots.guiding.dialogue import ANY, Dialogue
from pilots.guiding.narrowing import Row, rows_beside, rows_left
from pilots.guiding.options import offered_when_done
from pilots.guiding.printing import print_summary
from pilots.guiding.wording import Wording
from pilots.messages import MessageBook
from pilots.selecting import Selection, applies
from pilots.steps.compose_from_card import ComposeFromCard
from rag.card_passages import item_sentence
from rag.cards import Benefit, Fee, ServiceCard

SECTIONS = ("documents", "steps", "fees", "benefits", "rates", "duration", "deadlines", "validity", "where", "channels", "contacts")
# What a card without any of these still tells.
OTHERWISE = ("agency", "who", "hours", "legal_basis", "notes")
MAX_RIVALS = 12
HOME = "azerbaijan"
AMOUNT = re.compile(r"(?<![\d.,])(\d+(?:,\d+)?)\s*(?:AZN|manat)")
LEANS = "həmin"


class ComposeSummary:
    """Amounts are the rows of the card's table that fit the case: chosen, never worked out."""

    def __init__(self, messages: MessageBook, deck: Mapping[str, ServiceCard], *, today: Callable[[], date]) -> None:
        self._card_composer = ComposeFromCard(messages, today=today)
        self._wording = Wording(deck)
        self._today = today

    async def __call__(self, context: Context) -> Context | Draft:
        card, dialogue = context.card, context.dialogue
        if card is None or dialogue is None:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        language = dialogue.language
        rows = due_rows(card, dialogue)
        selection = Selection(select_lines(card, dialogue, rows))
        focus = dialogue.as_focus(card.family)
        if not selection.lines:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=focus, language=language)
        # The frames are this step's own; the composer's line for other languages says the same as the heading below.
        draft = self._card_composer.compose(card, selection, replace(context, language=language), focus, max_rivals=MAX_RIVALS)
        opening = [self._wording.frame("done", language, title=card.title)]
        if context.remark:
            opening.insert(0, self._wording.frame(context.remark, language))
        if said := self._wording.said(dialogue, language, leave_out=("service",)):
            opening.append(said)
        options = tuple(option.label for option in offered_when_done(card, dialogue, self._wording))
        body = draft.sentences if language == "az" else draft.sentences[1:]
        sentences = (*map(_frame, opening), *body)
        printable = print_summary(sentences, draft.citations, self._wording, language, day=context.question.as_of or self._today())
        return replace(
            draft,
            sentences=(*sentences, _frame(self._wording.frame("printable", language))),
            options=options,
            details=self._details(card, dialogue, rows, draft, printable, language),
            language=language,
        )

    def _details(
        self, card: ServiceCard, dialogue: Dialogue, rows: list[Row], draft: Draft, printable: str, language: Language
    ) -> Mapping[str, JsonValue]:
        cited = {sentence.text: sentence.citations for sentence in draft.sentences if sentence.kind is SentenceKind.FACT}
        answers: list[JsonValue] = [{"attribute": attribute, "label": label} for attribute, _, label in self._wording.answers(dialogue, language)]
        documents = [item_sentence(item) for item in items_of(card, "documents")]
        return {
            "state": "done",
            "service": card.title,
            "asked": None,
            "answers": answers,
            "fee": {"rows": [_row(row, cited.get(item_sentence(row), ())) for row in rows]},
            "checklist": [text for text in documents if text in cited],
            "printable": printable,
        }


def due_rows(card: ServiceCard, dialogue: Dialogue) -> list[Row]:
    """Return the rows of the table that are due in this case, in the order of the card."""
    due = [*rows_left(card, dialogue.answers), *rows_beside(card, dialogue.answers)]
    return [row for row in (*card.fees, *card.benefits) if row in due]


def select_lines(card: ServiceCard, dialogue: Dialogue, rows: list[Row]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """Return the lines of the summary by section; who does not say that they are abroad is told what holds at home."""
    conditions = dialogue.conditions()
    place = dialogue.answers.get("place")
    conditions = replace(conditions, place=place if place and place != ANY else HOME)
    lines: list[tuple[str, tuple[Item, ...]]] = []
    for section in SECTIONS:
        items = items_of(card, section)
        kept: list[Item] = (
            [item for item in items if item in rows] if section in ("fees", "benefits") else [item for item in items if applies(item, conditions)]
        )
        if section == "rates":
            kept = _of_due_rows(kept, card, rows)
        if kept:
            lines.append((section, tuple(kept)))
    if any(section == "where" for section, _ in lines) or not card.agency:
        agency: tuple[Item, ...] = ()
    else:
        agency = (card.agency,)
    if agency:
        lines.append(("agency", agency))
    if len(lines) > len(agency):
        return tuple(lines)
    return tuple((section, tuple(items_of(card, section))) for section in OTHERWISE if items_of(card, section))


def _of_due_rows(rates: Sequence[Item], card: ServiceCard, due: list[Row]) -> list[Item]:
    """Leave out a rate of an amount that is not due in this case («280 manatlıq rüsum») and the lines that lean on it («həmin»)."""
    others = {row.amount_azn for row in (*card.fees, *card.benefits)} - {row.amount_azn for row in due}
    kept: list[Item] = []
    dropped = False
    for rate in rates:
        text = item_sentence(rate)
        dropped = any(Decimal(amount[1].replace(",", ".")) in others for amount in AMOUNT.finditer(text)) or (dropped and LEANS in text)
        if not dropped:
            kept.append(rate)
    return kept


def _row(row: Row, citations: tuple[int, ...]) -> JsonValue:
    written: dict[str, JsonValue] = {
        "case": row.case or None,
        "term": row.term if isinstance(row, Fee) else None,
        "amount_azn": str(row.amount_azn),
        "unit": row.unit if isinstance(row, Fee) else None,
        "period": row.period if isinstance(row, Benefit) else None,
        "kind": row.kind if isinstance(row, Fee) else "benefit",
        "legal_basis": row.legal_basis,
        "citations": list(citations),
    }
    return written


def _frame(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FRAME)
