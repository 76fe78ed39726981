"""Writes the answer for the person at a counter: the card's lines, the law beside them, what to ask next and a reply to send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from pilots.answer import Language, Sentence, SentenceKind
from pilots.aspects import Item
from pilots.citing import Citer
from pilots.context import Context, Draft
from pilots.counter import CounterWords
from pilots.draft_reply import draft_sentences
from pilots.editions import cite_passage, edition_notices
from pilots.legal_basis import LegalBasis, amounts_in, parse_bases, quote_guide, quote_law
from pilots.messages import MessageBook
from pilots.next_questions import next_questions
from pilots.selecting import Selection, select
from pilots.steps.compose_from_card import ComposeFromCard
from pilots.steps.find_articles import bases_of
from rag.cards import Benefit, Fee, ServiceCard
from rag.passages import Passage

MAX_ARTICLES = 4
LANGUAGES: Mapping[str, Language] = {"az": "az", "en": "en", "ru": "ru"}


@dataclass(frozen=True, slots=True)
class QuotedPlace:
    """A place of a law with the words that stand there, or that a guide says of it. `differs`: another amount than the card's row."""

    basis: LegalBasis
    passage: Passage
    text: str
    is_law: bool
    differs: bool


class ComposeForCounter:
    """Adds to the answer from the card; an ending that is no answer passes unchanged.

    `details`: `articles` (law, number, text, source_id, citation, is_law), `next_questions` and `draft_reply`.
    """

    def __init__(self, compose: ComposeFromCard, deck: Mapping[str, ServiceCard], messages: MessageBook, words: CounterWords) -> None:
        self._compose = compose
        self._messages = messages
        self._words = words
        self._families: dict[str, list[ServiceCard]] = {}
        for card in deck.values():
            self._families.setdefault(card.family, []).append(card)

    async def __call__(self, context: Context) -> Context | Draft:
        draft = await self._compose(context)
        if not isinstance(draft, Draft) or not draft.status.is_answer or context.card is None:
            return draft
        selection = select(context.card, context.reading)
        citer = Citer()
        for citation in draft.citations:
            citer.cite(
                source_id=citation.source_id,
                title=citation.title,
                locator=citation.locator,
                quote=citation.quote,
                url=citation.url,
                as_of=citation.as_of,
            )
        law, articles = self._law(context, selection, citer)
        questions, asked = self._questions(context.card, selection, context)
        reply, text = self._reply(context, context.card, selection, draft)
        details: dict[str, JsonValue] = {**draft.details, "articles": articles, "next_questions": [*asked], "draft_reply": text}
        return replace(draft, sentences=(*draft.sentences, *law, *questions, *reply), citations=citer.citations(), details=details)

    def _law(self, context: Context, selection: Selection, citer: Citer) -> tuple[list[Sentence], list[JsonValue]]:
        sentences: list[Sentence] = []
        articles: list[JsonValue] = []
        day = context.question.as_of
        places = quoted_places(context, selection)
        for place in places:
            passage = place.passage
            heading = self._frame("law_text" if place.is_law else "guide_text", context.language)
            if heading not in sentences:
                sentences.append(heading)
            # The clause stands under a neighbour's heading where the snapshot has lost its own.
            is_elsewhere = place.is_law and passage.section != place.basis.article
            locator = f"Maddə {place.basis.article}" if is_elsewhere else None
            n = cite_passage(citer, passage, place.text, day=day, locator=locator)
            said = place.text.replace("\n", " ")
            kind = SentenceKind.NOTICE if place.differs else SentenceKind.FACT
            written = self._words.frame("law_differs", context.language, text=said) if place.differs else said
            sentences.append(Sentence(text=written, kind=kind, citations=(n,), is_item=True))
            articles.append(
                {
                    "law": place.basis.law,
                    "number": place.basis.number,
                    "text": said,
                    "source_id": passage.source_id,
                    "citation": n,
                    "is_law": place.is_law,
                }
            )
        found = {scored.passage.id: scored for scored in context.passages}
        cited = [(found[place.passage.id], place.text) for place in places]
        notices = edition_notices(cited, day=day, citer=citer, messages=self._messages, language=context.language)
        return [*sentences, *notices], articles

    def _questions(self, card: ServiceCard, selection: Selection, context: Context) -> tuple[list[Sentence], list[str]]:
        siblings = [other for other in self._families[card.family] if other is not card]
        asked = next_questions(card, siblings, selection, context.reading.conditions, words=self._words, language=context.language)
        items = [Sentence(text=question, kind=SentenceKind.FRAME, is_item=True) for question in asked]
        return [self._frame("ask_next", context.language), *items] if items else [], asked

    def _reply(self, context: Context, card: ServiceCard, selection: Selection, draft: Draft) -> tuple[list[Sentence], str]:
        """Return the reply under its heading and, for programs, its text alone. An overdue card's notice belongs to it too."""
        language = self._reply_language(context)
        numbers = [sentence.citations[0] for sentence in draft.sentences if sentence.kind is SentenceKind.FACT]
        told = draft_sentences(selection, numbers, title=card.title, citations=draft.citations, words=self._words, language=language)
        due = f"{card.review_by:%d.%m.%Y}"
        if self._messages.frame("overdue", context.language, review_by=due) in {sentence.text for sentence in draft.sentences}:
            told.append(Sentence(text=self._messages.frame("overdue", language, review_by=due), kind=SentenceKind.NOTICE, citations=(1,)))
        return [self._frame("draft_reply", context.language), *told], "\n".join(sentence.text for sentence in told)

    def _reply_language(self, context: Context) -> Language:
        """The language that was asked for («vətəndaş rusdillidir»), the question's own otherwise."""
        asked = self._words.reply_language.labels(context.reading.tokens)
        return LANGUAGES[asked[0]] if asked else context.language

    def _frame(self, name: str, language: Language) -> Sentence:
        return Sentence(text=self._words.frame(name, language), kind=SentenceKind.FRAME)


def quoted_places(context: Context, selection: Selection) -> list[QuotedPlace]:
    """Return what the index holds of the places that the shown rows rest on, laws first, each text once."""
    rows = [item for _, items in selection.lines for item in items]
    places: dict[str, QuotedPlace] = {}
    bases = bases_of(context)
    for basis in bases:
        if found := quote_law(basis, context.passages):
            passage, text = found
            places.setdefault(text, QuotedPlace(basis, passage, text, is_law=True, differs=_differs(text, basis, rows)))
    if not places:
        shown = {float(row.amount_azn) for row in rows if isinstance(row, Fee | Benefit)}
        for basis in bases:
            if found := quote_guide(basis, context.passages):
                passage, text = found
                # A guide tells of several cases in one breath; beside the row of one case the amounts of others would mislead.
                if _as_numbers(amounts_in(text)) <= shown:
                    places.setdefault(text, QuotedPlace(basis, passage, text, is_law=False, differs=False))
    return _merged(list(places.values()))[:MAX_ARTICLES]


def _merged(places: Sequence[QuotedPlace]) -> list[QuotedPlace]:
    """Put clauses of one table under the line that introduces them all, instead of repeating it before each."""
    merged: list[QuotedPlace] = []
    for place in places:
        last = merged[-1] if merged else None
        lines = place.text.splitlines()
        if last and last.passage.id == place.passage.id and not (last.differs or place.differs) and lines[0] == last.text.splitlines()[0]:
            fresh = [line for line in lines if line not in last.text.splitlines()]
            merged[-1] = replace(last, text="\n".join([last.text, *fresh]))
        else:
            merged.append(place)
    return merged


def _differs(text: str, basis: LegalBasis, rows: Sequence[Item]) -> bool:
    """Tell whether a clause gives amounts and none of them is that of the row that names it."""
    stated = _as_numbers(amounts_in(text))
    own = {float(row.amount_azn) for row in rows if isinstance(row, Fee | Benefit) and row.legal_basis and basis in parse_bases(row.legal_basis)}
    return bool(stated and own) and not stated & own


def _as_numbers(amounts: set[str]) -> set[float]:
    return {float(amount) for amount in amounts}
