"""Writes the answer from a card's own lines: every line verbatim and cited, disagreeing and overdue sources said."""

from collections.abc import Callable
from datetime import date

from pilots.answer import AnswerStatus, Focus, Language, Sentence, SentenceKind
from pilots.aspects import Item, heading_of
from pilots.citing import Citer
from pilots.context import Context, Draft
from pilots.messages import MessageBook
from pilots.selecting import Selection, select
from rag.azerbaijani import lower
from rag.card_passages import SECTION_HEADINGS, item_sentence
from rag.cards import Fee, Rival, ServiceCard

MAX_RIVALS = 3
ASPECT_HEADINGS = {"amount": "fees", "duration": "duration", "penalty": "fees", "deadline": "deadlines"}


class ComposeFromCard:
    """Never writes a word that is neither the card's nor a message of the pilot's."""

    def __init__(self, messages: MessageBook, *, today: Callable[[], date]) -> None:
        self._messages = messages
        self._today = today

    async def __call__(self, context: Context) -> Context | Draft:
        card = context.card
        if card is None:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        selection = select(card, context.reading)
        focus = Focus(
            sources=(card.id,),
            family=card.family,
            aspects=context.reading.aspects,
            conditions=context.reading.conditions.as_json(),
        )
        if not selection.lines:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE, focus=focus)
        return self.compose(card, selection, context, focus)

    def compose(self, card: ServiceCard, selection: Selection, context: Context, focus: Focus, *, max_rivals: int = MAX_RIVALS) -> Draft:
        """Return the chosen lines as cited sentences under their headings, and after them what has to be said of the sources."""
        language = context.language
        citer = Citer()
        sentences: list[Sentence] = []
        status = AnswerStatus.ANSWERED_PARTIAL if selection.missing else AnswerStatus.ANSWERED
        if language != "az" or selection.missing:
            sentences.append(_frame(self._messages.status(status, language)))
        if selection.term_unknown:
            sentences.append(_frame(self._messages.frame("no_such_term", language)))
        for section, items in selection.lines:
            heading = heading_of(section, items) if language == "az" else self._messages.section(section, language)
            sentences.append(_frame(self._messages.frame("heading", language, title=card.title_in(language), section=heading)))
            for item in items:
                text = item_sentence(item)
                n = self._cite(citer, card, section, item, text)
                sentences.append(Sentence(text=text, kind=SentenceKind.FACT, citations=(n,), is_item=True))
        if selection.missing:
            headings = (self._messages.section(ASPECT_HEADINGS.get(aspect, aspect), language) for aspect in selection.missing)
            sections = ", ".join(lower(heading) if language == "az" else heading.lower() for heading in headings)
            sentences.append(_frame(self._messages.frame("part_missing", language, sections=sections)))
        sentences += self._notices(card, selection, context, citer, max_rivals)
        return Draft(status=status, sentences=tuple(sentences), citations=citer.citations(), focus=focus)

    def _cite(self, citer: Citer, card: ServiceCard, section: str, item: Item, quote: str) -> int:
        source = card.sources[item.source]
        locator = item.legal_basis if isinstance(item, Fee) and item.legal_basis else heading_of(section, (item,))
        return citer.cite(source_id=card.id, title=source.title, locator=locator, quote=quote, url=source.url, as_of=source.date)

    def _notices(self, card: ServiceCard, selection: Selection, context: Context, citer: Citer, max_rivals: int) -> list[Sentence]:
        notices: list[Sentence] = []
        rivals = [rival for _, items in selection.lines for item in items for rival in item.rivals]
        for rival in list(dict.fromkeys(rivals))[:max_rivals]:
            n = citer.cite(
                source_id=card.id, title=rival.source, locator=SECTION_HEADINGS["notes"], quote=rival.text, url=rival.url, as_of=rival.date
            )
            notices.append(Sentence(text=self._rival(rival, context.language), kind=SentenceKind.NOTICE, citations=(n,)))
        if card.review_by < (context.question.as_of or self._today()):
            text = self._messages.frame("overdue", context.language, review_by=card.review_by.strftime("%d.%m.%Y"))
            notices.append(Sentence(text=text, kind=SentenceKind.NOTICE, citations=(1,)))
        return notices

    def _rival(self, rival: Rival, language: Language) -> str:
        dated = f" ({rival.date})" if rival.date else ""
        return self._messages.frame("rival_newer" if rival.newer else "rival", language, source=rival.source, dated=dated, text=rival.text)


def _frame(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FRAME)
