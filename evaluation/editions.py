"""`make bench-editions`: does an article that was amended come in the version of the day asked about, on both sides of the change?

Two editions of whole laws are read side by side and asked through the pipeline `document_qa`, by the request's `as_of` and by the year
in words. The last line of the output is one JSON object.
"""

import argparse
import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final, Literal

from evaluation.lookups import genitive, ordinal
from evaluation.words_index import open_words_retriever
from pilots.answer import Answer, AnswerStatus, Citation, Question, SentenceKind
from pilots.pipeline import Pipeline, build_pipeline
from pilots.registry import PILOTS_FOLDER, find_pilot, load_pilots
from rag.chunking import estimate_tokens
from rag.editions import first_day, said_in, settle_editions
from rag.loaders import load_passages, read_edition
from rag.passages import TrustTier

PILOT: Final = "document_qa"
Side = Literal["old", "new"]
SIDES: Final[tuple[Side, ...]] = ("old", "new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`texts` are the articles of the folder as they stand there, title first, by law and number."""

    in_force_from: str
    texts: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """Two editions, the articles that differ between them and the laws' names."""

    editions: dict[Side, Edition]
    changed: tuple[tuple[str, str], ...]
    titles: dict[str, str]


def read_laws(old: Path, new: Path, *, old_from: str, new_from: str) -> Laws:
    """Read `articles.jsonl` of both folders and `changed_vs_*.jsonl` of the newer one; without that, compare the texts."""
    editions: dict[Side, Edition] = {}
    titles: dict[str, str] = {}
    folders: dict[Side, tuple[Path, str]] = {"old": (old, old_from), "new": (new, new_from)}
    for side, (folder, since) in folders.items():
        texts: dict[tuple[str, str], str] = {}
        for line in _lines(folder / "articles.jsonl"):
            texts[line["law_id"], line["article"]] = f"Maddə {line['article']}. {line.get('title', '')}\n{line['text']}"
            titles.setdefault(line["law_id"], line.get("law_title", line["law_id"]))
        editions[side] = Edition(in_force_from=since, texts=texts)
    lists = sorted(new.glob("changed_vs_*.jsonl"))
    if lists:
        changed = [(law, article) for line in _lines(lists[0]) for law, _, article in (line["id"].partition(":"),)]
    else:
        before, after = editions["old"].texts, editions["new"].texts
        changed = [place for place in before if place in after and said_in(before[place]) != said_in(after[place])]
    return Laws(editions=editions, changed=tuple(changed), titles=titles)


def is_version(answer: Answer, place: tuple[str, str], edition: Edition) -> bool:
    """Tell whether an answer quotes the article as this edition has it, names the edition, and quotes nothing else as a fact."""
    facts = {n for sentence in answer.sentences if sentence.kind is SentenceKind.FACT for n in sentence.citations}
    cited = [citation for citation in answer.citations if citation.n in facts]
    return answer.status is AnswerStatus.ANSWERED and bool(cited) and all(_is_of(citation, place, edition) for citation in cited)


def _is_of(citation: Citation, place: tuple[str, str], edition: Edition) -> bool:
    text = said_in(edition.texts[place])
    return (
        (citation.source_id, citation.locator.split(",")[0]) == (place[0], f"Maddə {place[1]}")
        and citation.as_of == edition.in_force_from
        and all(said_in(quote) in text for quote in citation.quote.splitlines())
    )


@asynccontextmanager
async def open_laws(folders: Sequence[tuple[Path, str]]) -> AsyncGenerator[Pipeline]:
    """Ingest editions of laws by words alone, beside each other, and open the pilot over them."""
    passages = [
        passage
        for folder, since in folders
        for passage in load_passages(
            [folder / "articles.jsonl"], pilot=PILOT, trust=TrustTier.UPLOADED, count_tokens=estimate_tokens, edition=read_edition(since)
        ).passages
    ]
    async with open_words_retriever(PILOT, settle_editions(passages)) as retriever:
        yield build_pipeline(find_pilot(load_pilots(PILOTS_FOLDER), PILOT), retriever=retriever)


async def measure(old: Path, new: Path, *, old_from: str, new_from: str) -> dict[str, object]:
    """Ask every changed article on both sides of the change and return the shares of right versions and the misses."""
    laws = read_laws(old, new, old_from=old_from, new_from=new_from)
    days: dict[Side, date] = {"old": first_day(new_from) - timedelta(days=1), "new": first_day(new_from)}
    years: dict[Side, str] = {"old": old_from[:4], "new": new_from[:4]}
    right: dict[str, set[tuple[str, str]]] = {}
    told: set[tuple[str, str]] = set()
    misses: list[dict[str, str]] = []
    times_ms: list[float] = []
    async with open_laws([(old, old_from), (new, new_from)]) as pipeline:
        for place in laws.changed:
            said = f"{genitive(laws.titles[place[0]])} {ordinal(place[1])} maddəsi nə deyir?"
            for side in SIDES:
                in_words = f"{ordinal(years[side])} ildə {said}"
                for way, question in (("as_of", Question(text=said, as_of=days[side])), ("words", Question(text=in_words))):
                    start = perf_counter()
                    answer = await pipeline.answer(question)
                    times_ms.append((perf_counter() - start) * 1000)
                    kind = f"{way}_{side}"
                    if is_version(answer, place, laws.editions[side]):
                        right.setdefault(kind, set()).add(place)
                    else:
                        misses.append({"kind": kind, "article": ":".join(place), "status": answer.status.value, "cited": _first_cited(answer)})
                    if kind == "as_of_old" and any(citation.as_of == new_from for citation in answer.citations):
                        told.add(place)
    count = len(laws.changed)
    return {
        "articles": count,
        "right_both": _share(right.get("as_of_old", set()) & right.get("as_of_new", set()), count),
        "right": {kind: _share(places, count) for kind, places in sorted(right.items())},
        "newer_told": _share(told, count),
        "median_ms": round(sorted(times_ms)[len(times_ms) // 2], 1),
        "misses": misses,
    }


def _share(places: Iterable[tuple[str, str]], count: int) -> float:
    return round(len(set(places)) / count, 4) if count else 0.0


def _first_cited(answer: Answer) -> str:
    return next((f"{c.source_id} {c.locator} {c.as_of}" for c in answer.citations), "nothing")


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.editions", description=__doc__)
    parser.add_argument("old", type=Path, help="a folder with articles.jsonl: {law_id, law_title, article, title, text} a line")
    parser.add_argument("new", type=Path, help="the same laws later, with the list changed_vs_*.jsonl of {id} lines where there is one")
    parser.add_argument("--old-from", default="2023-05", help="when the older folder was taken")
    parser.add_argument("--new-from", default="2024-02", help="when the newer folder was taken")
    arguments = parser.parse_args()
    logging.getLogger("rag.retriever").setLevel(logging.ERROR)
    print(
        json.dumps(asyncio.run(measure(arguments.old, arguments.new, old_from=arguments.old_from, new_from=arguments.new_from)), ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
