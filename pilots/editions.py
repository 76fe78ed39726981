"""What an answer says of the editions that its sentences come from: the label in a citation, and notices of change."""

from collections.abc import Iterable, Sequence
from datetime import date

from pilots.answer import Language, Sentence, SentenceKind
from pilots.citing import Citer
from pilots.evidence import ARTICLE_HEADING
from pilots.messages import FrameName, MessageBook
from rag.chunking import split_sentences
from rag.editions import first_day, said_in
from rag.passages import Passage, ScoredPassage


def edition_on(passage: Passage, day: date | None) -> str | None:
    """Return the newest edition with this text that had begun by a day (None: today's), the oldest when none had; None without editions."""
    begun = [edition for edition in passage.editions if day is None or first_day(edition) <= day]
    return begun[-1] if begun else next(iter(passage.editions), None)


def cite_passage(citer: Citer, passage: Passage, quote: str, *, day: date | None, locator: str | None = None) -> int:
    """Cite a passage, in the edition of the day where it has editions, and return the citation's number.

    `locator` is where the words stand when the passage's own does not say it.
    """
    edition = edition_on(passage, day)
    return citer.cite(
        source_id=passage.source_id,
        title=f"{passage.title} ({edition} redaksiyası)" if edition else passage.title,
        locator=locator or passage.locator,
        quote=quote,
        url=passage.url,
        as_of=edition or passage.as_of,
    )


def edition_notices(
    cited: Iterable[tuple[ScoredPassage, str]], *, day: date | None, citer: Citer, messages: MessageBook, language: Language
) -> list[Sentence]:
    """Return a notice for each cited article that has another text in a newer edition or, when no day was asked for, in the one before.

    A day before the oldest edition is told too. `cited` are the sentences of the answer with their passages; each is cited already.
    """
    notices: list[Sentence] = []
    told: set[str] = set()
    for found, quote in cited:
        passage = found.passage
        if not passage.editions or passage.work in told:
            continue
        told.add(passage.work)
        place = ", ".join(part for part in (passage.title, passage.locator.split(",")[0]) if part)
        here = cite_passage(citer, passage, quote, day=day)
        said: list[tuple[FrameName, int, dict[str, str]]] = []
        if day is not None and passage.in_force_from is None and day < first_day(passage.editions[0]):
            said.append(("edition_oldest", here, {"edition": passage.editions[0], "day": day.isoformat()}))
        own = next((at for at, version in enumerate(found.versions) if version[0].in_force_from == passage.in_force_from), 0)
        if own + 1 < len(found.versions):
            changed, words = _first_change(found.versions[-1], found.versions[own])
            there = cite_passage(citer, changed, words, day=first_day(changed.editions[0]))
            said.append(("edition_newer", there, {"edition": changed.editions[0]}))
        elif passage.in_force_to is not None:
            said.append(("edition_gone", here, {"edition": passage.editions[-1]}))
        elif own and day is None:
            said.append(("edition_changed", here, {"edition": passage.editions[0], "former": found.versions[own - 1][0].editions[-1]}))
        for name, n, values in said:
            notices.append(Sentence(text=messages.frame(name, language, place=place, **values), kind=SentenceKind.NOTICE, citations=(n,)))
    return notices


def _first_change(later: Sequence[Passage], earlier: Sequence[Passage]) -> tuple[Passage, str]:
    """Return the first sentence of a text that the earlier one does not have, with its passage; its first when only something went.

    A heading is quoted only when nothing below it differs: it tells nobody what changed.
    """
    known = {said_in(text) for passage in earlier for text in split_sentences(passage.text)}
    changed = [(passage, text) for passage in later for text in split_sentences(passage.text) if said_in(text) not in known]
    below = next(((passage, text) for passage, text in changed if not ARTICLE_HEADING.match(text)), None)
    return below or next(iter(changed), (later[0], split_sentences(later[0].text)[0]))
