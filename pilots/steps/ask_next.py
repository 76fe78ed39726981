"""Asks a guided dialogue's next question, or passes on with the card when nothing is left to ask."""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue

from pilots.answer import AnswerStatus, Sentence, SentenceKind
from pilots.context import Context, Draft
from pilots.guiding.dialogue import Dialogue
from pilots.guiding.narrowing import cards_left
from pilots.guiding.options import offered
from pilots.guiding.questions import Ask, next_ask
from pilots.guiding.volunteering import grant_wish, keep_valid
from pilots.guiding.wording import GuidingFrame, Wording
from rag.cards import ServiceCard


class AskNext:
    """Ends with a clarification whose `options` are quick replies, or passes on with `card` set."""

    def __init__(self, deck: Mapping[str, ServiceCard]) -> None:
        self._deck = deck
        self._wording = Wording(deck)

    async def __call__(self, context: Context) -> Context | Draft:
        dialogue = context.dialogue
        if dialogue is None or not dialogue.cards:
            return self._open(context)
        remarks: list[GuidingFrame] = [context.remark] if context.remark else []
        dialogue = replace(dialogue, language=context.language)
        cards = [self._deck[card_id] for card_id in dialogue.cards if card_id in self._deck]
        left = cards_left(cards, dialogue.answers)
        if len(left) == 1:
            dialogue, is_unknown = grant_wish(dialogue, left[0])
            dialogue = keep_valid(dialogue, left[0])
            if is_unknown:
                remarks.append("no_such_term")
        ask = next_ask(cards, dialogue.answers, first=dialogue.asking)
        if ask is None:
            return replace(context, card=left[0], dialogue=replace(dialogue, stage="done", asking=None), remark=next(iter(remarks), None))
        return self._ask(ask, replace(dialogue, stage="asking", asking=ask.attribute), left, remarks)

    def _open(self, context: Context) -> Draft:
        dialogue = Dialogue(language=context.language)
        text = self._wording.frame("opening", context.language)
        return Draft(
            status=AnswerStatus.CLARIFICATION,
            sentences=(Sentence(text=text, kind=SentenceKind.FRAME),),
            focus=dialogue.as_focus(),
            details={"state": "start", "service": None, "asked": "service", "answers": []},
            language=context.language,
        )

    def _ask(self, ask: Ask, dialogue: Dialogue, left: list[ServiceCard], remarks: list[GuidingFrame]) -> Draft:
        language = dialogue.language
        card = left[0] if len(left) == 1 else None
        lines = [self._wording.frame(remark, language) for remark in remarks]
        if card:
            lines.append(self._wording.frame("service", language, title=card.title))
        if said := self._wording.said(dialogue, language, leave_out=("service",)):
            lines.append(said)
        lines += [self._wording.question(ask.attribute, language), self._wording.frame("how_age" if ask.attribute == "age" else "how", language)]
        answers: list[JsonValue] = [{"attribute": attribute, "label": label} for attribute, _, label in self._wording.answers(dialogue, language)]
        return Draft(
            status=AnswerStatus.CLARIFICATION,
            sentences=tuple(Sentence(text=line, kind=SentenceKind.FRAME) for line in lines),
            options=tuple(option.label for option in offered(ask, dialogue, self._wording)),
            focus=dialogue.as_focus(left[0].family),
            details={"state": "asking", "service": card.title if card else None, "asked": ask.attribute, "answers": answers},
            language=language,
        )
