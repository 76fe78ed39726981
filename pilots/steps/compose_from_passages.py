"""Answers with verbatim sentences of the chosen passages."""

import re
from collections.abc import Iterable, Sequence

from pilots.answer import AnswerStatus, Focus, Sentence, SentenceKind
from pilots.citing import Citer
from pilots.context import Context, Draft
from pilots.editions import cite_passage, edition_notices
from pilots.evidence import ITEM, Evidence, contains, heading_of, is_whole, rank, weigh
from pilots.evidence_features import asked_keys
from pilots.excerpts import Excerpt, excerpts_of
from pilots.expectation import AMOUNT
from pilots.lexemes import skeletons
from pilots.messages import MessageBook
from rag.azerbaijani import lower
from rag.chunking import split_sentences
from rag.legal import parse_references
from rag.passages import ScoredPassage

MAX_SENTENCES = 3
MAX_LOOKUP_SENTENCES = 8
# After «… aşağıdakılardır:» as many items are shown.
LIST_ITEMS = 5
# A further sentence tells nearly as much as the best one; one of another passage, that stands alone, hardly less.
NEAR_BEST = 0.7
NEAR_BEST_ELSEWHERE = 0.85
# Where the best one holds the number that was asked for, another number must be as likely: a wrong one is worse than a missing one.
NEAR_NUMBER = 0.92
NEAR_NUMBER_ELSEWHERE = 0.95
# Of a whole question the first line held the answer for two in three, the first two for three in four: a second one is shown though it tells
# much less, but never one with an amount, which is read as the answer.
SECOND_LINE = 0.3


class ComposeFromPassages:
    """Never writes a word of its own but the pilot's messages."""

    def __init__(self, messages: MessageBook) -> None:
        self._messages = messages

    async def __call__(self, context: Context) -> Context | Draft:
        citer = Citer()
        facts: list[Sentence] = []
        chosen = select(context)
        day = context.question.as_of
        for found, text in chosen:
            n = cite_passage(citer, found.passage, text, day=day)
            facts.append(Sentence(text=text, kind=SentenceKind.FACT, citations=(n,)))
        if not facts:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        notices = edition_notices(chosen, day=day, citer=citer, messages=self._messages, language=context.language)
        frame = Sentence(text=self._messages.status(AnswerStatus.ANSWERED, context.language), kind=SentenceKind.FRAME)
        return Draft(
            status=AnswerStatus.ANSWERED,
            sentences=(frame, *facts, *notices),
            citations=citer.citations(),
            focus=Focus(sources=tuple(dict.fromkeys(citation.source_id for citation in citer.citations())), aspects=context.reading.aspects),
        )


def select(context: Context) -> list[tuple[ScoredPassage, str]]:
    """Return the sentences of the answer, passage by passage, in reading order within each."""
    earlier = context.earlier.sources if context.earlier else ()
    if context.passages and context.passages[0].is_lookup:
        return _of_named(context.passages, weigh(context.passages, context.reading, earlier=earlier), context.asked)
    ranked = context.ranked or rank(context.passages, context.reading, context.search_text, earlier=earlier)
    whole = is_whole(context.reading, context.search_text, earlier)
    return _most_telling(context.passages, ranked, context.search_text, is_whole=whole)


def _most_telling(
    passages: Sequence[ScoredPassage], weighed: Sequence[Evidence], question: str, *, is_whole: bool = False
) -> list[tuple[ScoredPassage, str]]:
    """Return the line of the best sentence and those that tell nearly as much, each with its list, in reading order within a passage."""
    if not weighed:
        return []
    best = weighed[0]
    same, elsewhere = (NEAR_NUMBER, NEAR_NUMBER_ELSEWHERE) if best.expected else (NEAR_BEST, NEAR_BEST_ELSEWHERE)
    chosen: dict[str, dict[int, str]] = {}
    for excerpt in excerpts_of(weighed, asked_keys(question) if is_whole else frozenset()):
        evidence = excerpt.evidence
        near = same if evidence.found is best.found else elsewhere
        if evidence is not best:
            count = sum(map(len, chosen.values()))
            if count >= MAX_SENTENCES:
                break
            if is_whole and count == 1 and not AMOUNT.search(lower(excerpt.text)):
                near = SECOND_LINE
            if not evidence.words or evidence.score < near * best.score or (best.expected and not evidence.expected):
                continue
        lines = chosen.setdefault(evidence.found.passage.id, {})
        lines[excerpt.places[0]] = excerpt.text
        lines.update({place: text for place, text in _list_of(excerpt).items() if place not in lines})
    listed = sorted((found for found in passages if found.passage.id in chosen), key=lambda found: found is not best.found)
    return [(found, text) for found in listed for _, text in sorted(chosen[found.passage.id].items())]


def _of_named(passages: Sequence[ScoredPassage], weighed: Sequence[Evidence], question: str) -> list[tuple[ScoredPassage, str]]:
    """Return a short article or clause whole; of a long one what the question asks, else its beginning."""
    first = passages[0]
    sentences = split_sentences(first.passage.text)
    clause = next((reference.clause for reference in parse_references(question) if reference.clause), None)
    under = [place for place, text in enumerate(sentences) if clause and re.match(rf"\s*{re.escape(clause)}(?![\d-])", text)]
    if under and first.passage.section != clause:
        return [(first, text) for text in _at(first, range(under[0], min(len(sentences), under[-1] + 1)))][:MAX_LOOKUP_SENTENCES]
    if len(sentences) > MAX_LOOKUP_SENTENCES or len(passages) > 1:
        asked = [evidence for evidence in weighed if evidence.words - _said_above(evidence)]
        if asked:
            return _most_telling(passages, asked, question)
    whole: dict[str, ScoredPassage] = {}
    for found in passages:
        # Every passage of a long article opens with its heading.
        for text in split_sentences(found.passage.text):
            whole.setdefault(text, found)
    return [(found, text) for text, found in whole.items()][:MAX_LOOKUP_SENTENCES]


def _said_above(evidence: Evidence) -> frozenset[str]:
    """Return those of a sentence's words that its headings say too: the law's own name is no question about its content."""
    above = frozenset(skeletons(heading_of(evidence.found, split_sentences(evidence.found.passage.text))))
    return frozenset(word for word in evidence.words if word[0].isdigit() or contains(above, word))


def _list_of(excerpt: Excerpt) -> dict[int, str]:
    """Return the lines of the list that a sentence opens, or the head of the list that it is an item of, by their places."""
    sentences = split_sentences(excerpt.evidence.found.passage.text)
    place = excerpt.places[-1]
    if sentences[place].endswith(":"):
        return {at: sentences[at] for at in range(place + 1, min(len(sentences), place + 1 + LIST_ITEMS))}
    if ITEM.match(sentences[place]):
        return {at: sentences[at] for at in [at for at in range(place) if sentences[at].endswith(":")][-1:]}
    return {}


def _at(found: ScoredPassage, places: Iterable[int]) -> list[str]:
    sentences = split_sentences(found.passage.text)
    return [sentences[place] for place in sorted(places)]
