"""Takes a guided dialogue up again: a reply becomes an answer, a command moves back, changes an answer or starts anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilots.answer import AnswerStatus
from pilots.context import Context, Draft
from pilots.guiding.dialogue import ANY, CIRCUMSTANCES, Attribute, Dialogue
from pilots.guiding.narrowing import cards_left
from pilots.guiding.options import ABROAD, BACK, MORE, RESTART, offered, offered_when_done
from pilots.guiding.questions import Ask, next_ask
from pilots.guiding.replies import Replies, length_said, length_words
from pilots.guiding.volunteering import take_wish, volunteer
from pilots.guiding.wording import Wording
from pilots.lexemes import skeleton, skeletons
from pilots.matching import CardMatcher
from pilots.steps.recall_conversation import last_focused
from pilots.vocabulary import Vocabulary
from rag.cards import ServiceCard

# A message that answers nothing and names another family's service starts anew: a name by itself must be nearly all that is said,
# in a longer message these shares of its words and of the name are enough.
BRIEF = 2
NAMED_BRIEFLY = 0.8
NAMED = 0.6
NAMED_RECALL = 0.4


class ResumeDialogue:
    """Fills `dialogue` with what is known after this turn; leaves it None where a service has still to be found."""

    def __init__(self, matcher: CardMatcher, deck: Mapping[str, ServiceCard], vocabulary: Vocabulary, replies: Replies) -> None:
        self._matcher = matcher
        self._deck = deck
        self._vocabulary = vocabulary
        self._wording = Wording(deck)
        self._replies = replies
        self._titles = {tuple(skeletons(card.title)): card.id for card in deck.values()}

    async def __call__(self, context: Context) -> Context | Draft:
        guiding = self._replies.guiding_words(context.reading.tokens) | length_words(context.reading.tokens)
        topic = {word: weight for word, weight in context.reading.topic.items() if word not in guiding}
        unknown = tuple(word for word in context.reading.unknown if skeleton(word) not in guiding)
        context = replace(context, reading=replace(context.reading, topic=topic, unknown=unknown))
        turn = last_focused(context.question.history)
        dialogue = Dialogue.from_focus(turn.focus) if turn else None
        if dialogue is None:
            return self._named(context) or context
        context = replace(context, language=context.question.language or dialogue.language)
        command = self._replies.command(skeletons(context.question.text))
        if dialogue.stage == "start" or not self._cards(dialogue):
            return self._start(context) if command in ("back", "restart") else self._named(context) or self._anew(context)
        return self._resume(context, dialogue, command)

    def _resume(self, context: Context, dialogue: Dialogue, command: str | None) -> Context | Draft:
        text, tokens = context.question.text, skeletons(context.question.text)
        cards = self._cards(dialogue)
        ask = next_ask(cards, dialogue.answers, first=dialogue.asking) if dialogue.stage == "asking" else None
        shown = offered(ask, dialogue, self._wording) if ask else offered_when_done(self._left(dialogue), dialogue, self._wording)
        value = self._replies.exact(text, ask, shown) if ask else next((one.value for one in shown if skeletons(one.label) == tokens), None)
        if value == ABROAD:
            return replace(context, dialogue=dialogue.answered("place", "abroad"))
        if value in (BACK, RESTART, MORE):
            command = value.removeprefix("@")
        elif value is not None and ask:
            return replace(context, dialogue=dialogue.answered(ask.attribute, value))
        match command:
            case "restart":
                return self._start(context)
            case "back":
                return self._back(context, dialogue)
            case "more" if ask:
                return replace(context, dialogue=replace(dialogue, page=dialogue.page + 1))
            case "any" if ask and ask.allows_any:
                return replace(context, dialogue=dialogue.answered(ask.attribute, ANY))
            case _:
                pass
        given = list(dialogue.answers)
        changing = self._replies.change(tokens, given) or self._replies.change(context.reading.tokens, given)
        if changing and length_said(tokens) is None and context.reading.conditions.age is None:
            return self._change(context, dialogue, changing)
        return self._named(context) or self._said_freely(context, dialogue, ask, cards)

    def _said_freely(self, context: Context, dialogue: Dialogue, ask: Ask | None, cards: Sequence[ServiceCard]) -> Context | Draft:
        shown = [option for option in offered(ask, dialogue, self._wording, every_page=True) if option.value in ask.values] if ask else []
        value = self._replies.free(context.reading, ask, shown) if ask else None
        if value is None and self._is_new_service(context, cards):
            return self._anew(context)
        if value is None and ask and ask.attribute == "service" and self._replies.refuses(context.reading.tokens):
            return self._start(context)
        later = dialogue.answered(ask.attribute, value) if ask and value else dialogue
        siblings = [self._deck[card_id] for card_id in dict.fromkeys(s for card in cards for s in self._matcher.siblings(card))]
        later = volunteer(later, context.reading, cards=cards, siblings=siblings, answering=ask.attribute if value and ask else None)
        later = take_wish(later, context.reading, answering=ask.attribute if value and ask else None)
        if later.answers != dialogue.answers or later.wish or later.cards != dialogue.cards:
            return replace(context, dialogue=later)
        if self._vocabulary.elsewhere.occurrences(context.reading.tokens):
            return Draft(status=AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE, focus=dialogue.as_focus(), language=context.language)
        if not ask and context.reading.aspects:
            return replace(context, dialogue=dialogue)
        return replace(context, dialogue=dialogue, remark="not_understood")

    def _is_new_service(self, context: Context, cards: Sequence[ServiceCard]) -> bool:
        """Tell whether a message that answers nothing names a service of another family."""
        own = next(iter(self._matcher.match(context.reading)), None)
        if own is None or own.card.family in {card.family for card in cards}:
            return False
        names = any(weight >= 1 and word.isalpha() and self._matcher.knows(word) for word, weight in context.reading.topic.items())
        is_brief = len(context.reading.topic) <= BRIEF
        return names and own.precision >= (NAMED_BRIEFLY if is_brief else NAMED) and own.recall >= NAMED_RECALL

    def _named(self, context: Context) -> Context | None:
        """A card's whole title starts its dialogue, whatever went before."""
        named = self._titles.get(tuple(skeletons(context.question.text)))
        if named is None:
            return None
        return replace(context, dialogue=Dialogue(cards=(named,), answers={"service": named}, language=context.language, stage="asking"))

    def _anew(self, context: Context) -> Context:
        """Leave the service to be found; what a person says of a new one is in the language that they use now."""
        return replace(context, dialogue=None)

    def _start(self, context: Context) -> Context:
        return replace(context, dialogue=Dialogue(language=context.language))

    def _back(self, context: Context, dialogue: Dialogue) -> Context:
        if not dialogue.answers:
            return self._start(context)
        last = list(dialogue.answers)[-1]
        return self._change(context, dialogue, last)

    def _change(self, context: Context, dialogue: Dialogue, attribute: Attribute) -> Context:
        """Ask again for one thing. What was chosen for the old case may not be there for the new one; a term usually is."""
        if attribute == "service" and len(dialogue.cards) < 2:
            return self._start(context)
        if attribute not in dialogue.answers:
            return replace(context, dialogue=dialogue, remark="nothing_to_change")
        dropped: list[Attribute] = [attribute]
        if attribute in CIRCUMSTANCES:
            dropped.append("case")
        if attribute == "service":
            dropped = list(dialogue.answers)
        return replace(context, dialogue=replace(dialogue.without(*dropped), asking=attribute, stage="asking"))

    def _cards(self, dialogue: Dialogue) -> list[ServiceCard]:
        return [self._deck[card_id] for card_id in dialogue.cards if card_id in self._deck]

    def _left(self, dialogue: Dialogue) -> ServiceCard:
        return cards_left(self._cards(dialogue), dialogue.answers)[0]
