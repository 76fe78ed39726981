"""Answers with verbatim sentences of the chosen passages."""

from pilots.answer import AnswerStatus, Focus, Sentence, SentenceKind
from pilots.citing import Citer
from pilots.context import Context, Draft
from pilots.evidence import WordWeights, best_sentences
from pilots.messages import MessageBook
from pilots.steps.choose_passages import searchable
from rag.chunking import split_sentences

MAX_SENTENCES = 3
MAX_LOOKUP_SENTENCES = 6
NUMBER_ASPECTS = frozenset({"amount", "quantity", "duration", "deadline", "validity", "penalty"})


class ComposeFromPassages:
    """Never writes a word of its own but the pilot's messages."""

    def __init__(self, messages: MessageBook) -> None:
        self._messages = messages

    async def __call__(self, context: Context) -> Context | Draft:
        words = WordWeights.among(context.reading.topic, [searchable(found) for found in context.passages])
        asks_number = bool(NUMBER_ASPECTS & set(context.reading.aspects))
        citer = Citer()
        facts: list[Sentence] = []
        is_lookup = any(found.is_lookup for found in context.passages)
        for found in context.passages:
            if len(facts) >= (MAX_LOOKUP_SENTENCES if is_lookup else MAX_SENTENCES):
                break
            passage = found.passage
            sentences = split_sentences(passage.text)
            limit = MAX_LOOKUP_SENTENCES if is_lookup else (2 if not facts else 1)
            chosen = range(min(limit, len(sentences))) if is_lookup else best_sentences(sentences, words, asks_number=asks_number, limit=limit)
            for place in chosen:
                n = citer.cite(
                    source_id=passage.source_id,
                    title=passage.title,
                    locator=passage.locator,
                    quote=sentences[place],
                    url=passage.url,
                    as_of=passage.as_of,
                )
                facts.append(Sentence(text=sentences[place], kind=SentenceKind.FACT, citations=(n,)))
        if not facts:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        frame = Sentence(text=self._messages.status(AnswerStatus.ANSWERED, context.language), kind=SentenceKind.FRAME)
        sources = tuple(dict.fromkeys(found.passage.source_id for found in context.passages))
        return Draft(
            status=AnswerStatus.ANSWERED,
            sentences=(frame, *facts),
            citations=citer.citations(),
            focus=Focus(sources=sources, aspects=context.reading.aspects),
        )
