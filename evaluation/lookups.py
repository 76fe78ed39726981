"""`make bench-lookup`: does a question that names an article get that article first, over a real index of whole laws?

Look-ups are drawn with a seed from the articles themselves: every way of writing a reference, clean and as people type.
"""

import argparse
import asyncio
import json
import logging
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from evaluation.noise import NoiseKind, apply_noise
from evaluation.words_index import open_words_retriever
from rag.chunking import estimate_tokens
from rag.loaders import load_passages
from rag.passages import Passage, TrustTier

PILOT: Final = "laws"
TYPING: Final[tuple[NoiseKind | None, ...]] = (None, "ascii", None, "ascii", "upper", "chat")
"""How look-ups are typed, in turn; None is careful spelling."""

SHORT_NAMES: Final = {
    "Əmək Məcəlləsi": "ƏM",
    "Vergi Məcəlləsi": "VM",
    "Ailə Məcəlləsi": "AM",
    "Mülki Məcəllə": "MM",
    "Mülki Prosessual Məcəllə": "MPM",
    "Cinayət Məcəlləsi": "CM",
    "Cinayət-Prosessual Məcəllə": "CPM",
    "İnzibati Xətalar Məcəlləsi": "İXM",
}
LONG_FORMS: Final = (
    "{of} {number} maddəsi",
    "{of} {number} maddəsi nə deyir?",
    "{name} maddə {bare}",
    "{name} {number} maddə",
    "{number} maddə {name}",
    "{name}, m. {bare}",
    "{of} {bare} saylı maddəsini göstər",
    "maddə {bare} {name}",
)
SHORT_FORMS: Final = ("{short} {bare}", "{short} {number} maddə", "{short} maddə {bare}", "{number} maddə {short}")
CLAUSE_FORMS: Final = ("{of} {clause} maddəsi", "{name} maddə {clause}", "{name} {clause}", "{of} {number} maddəsinin {clause} bəndi")

_CLAUSE: Final = re.compile(r"^(\d+(?:-\d+)*(?:\.\d+(?:-\d+)*)+)\.\s", re.MULTILINE)
_ENDINGS: Final = {"1": "ci", "2": "ci", "3": "cü", "4": "cü", "5": "ci", "6": "cı", "7": "ci", "8": "ci", "9": "cu"}
_ENDINGS_OF_TENS: Final = {"1": "cu", "2": "ci", "3": "cu", "4": "cı", "5": "ci", "6": "cı", "7": "ci", "8": "ci", "9": "cı"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A question and the article that it names; with `clause` the passage must hold that clause too."""

    query: str
    typing: str
    source_id: str
    section: str
    clause: str | None = None

    def is_met_by(self, passage: Passage) -> bool:
        held = self.clause is None or re.search(rf"^{re.escape(self.clause)}[.\s]", passage.text, re.MULTILINE) is not None
        return held and (passage.source_id, passage.section) == (self.source_id, self.section)


def ordinal(number: str) -> str:
    """Return a number with its ordinal ending, by the last digit that is spoken: `98-ci`, `10-1-ci`, `14.3-cü`, `100-cü`."""
    last = re.split(r"[.\-]", number)[-1]
    if last[-1] != "0":
        return f"{number}-{_ENDINGS[last[-1]]}"
    if last.strip("0") == "":
        return f"{number}-cı"
    if last.endswith("00"):
        return f"{number}-{'ci' if last.endswith('000') else 'cü'}"
    return f"{number}-{_ENDINGS_OF_TENS[last[-2]]}"


def draw_lookups(passages: Iterable[Passage], *, count: int, seed: int) -> list[Lookup]:
    """Draw look-ups evenly over the laws, so that a short law counts as much as a code of 1,400 articles.

    Every fourth names a clause where the drawn passage has one.
    """
    draw = random.Random(seed)
    by_law: dict[str, list[Passage]] = {}
    for passage in passages:
        by_law.setdefault(passage.source_id, []).append(passage)
    laws = sorted(by_law)
    lookups: list[Lookup] = []
    for place in range(count):
        passage = draw.choice(by_law[laws[place % len(laws)]])
        clauses = _CLAUSE.findall(passage.text) if place % 4 == 3 else []
        clause = draw.choice(clauses) if clauses else None
        typing = TYPING[place % len(TYPING)]
        query = _phrase(passage, clause, draw)
        lookups.append(
            Lookup(
                query=apply_noise(query, typing, seed=seed) if typing else query,
                typing=typing or "clean",
                source_id=passage.source_id,
                section=passage.section,
                clause=clause,
            )
        )
    return lookups


def _phrase(passage: Passage, clause: str | None, draw: random.Random) -> str:
    name = re.sub(r"\s*\([^)]*\)", "", passage.title)
    short = SHORT_NAMES.get(name, "")
    forms = CLAUSE_FORMS if clause else LONG_FORMS + (SHORT_FORMS if short else ())
    return draw.choice(forms).format(
        name=f"{name} qanun" if name.endswith("haqqında") else name,
        of=genitive(name),
        short=short,
        bare=passage.section,
        number=ordinal(passage.section),
        clause=ordinal(clause) if clause and draw.random() < 0.5 else clause,
    )


def genitive(name: str) -> str:
    """Return a law's name as it stands before an article's number: «Əmək Məcəlləsinin», ««Dövlət rüsumu haqqında» Qanunun»."""
    if name.endswith("haqqında"):
        return f"«{name}» Qanunun"
    return f"{name}n{'ı' if name.endswith('ı') else 'i'}n"


async def measure(folder: Path, *, count: int, seed: int) -> dict[str, object]:
    """Ingest the laws of a folder by words alone, ask every look-up, and return the shares and the first misses."""
    loaded = load_passages([folder / "articles.jsonl"], pilot=PILOT, trust=TrustTier.LAW, count_tokens=estimate_tokens)
    if not loaded.passages:
        raise SystemExit(f"no article to look up: {'; '.join(skipped.reason for skipped in loaded.skipped)}")
    lookups = draw_lookups(loaded.passages, count=count, seed=seed)
    asked: Counter[str] = Counter()
    met: Counter[str] = Counter()
    misses: list[dict[str, str]] = []
    times_ms: list[float] = []
    async with open_words_retriever(PILOT, loaded.passages) as retriever:
        for lookup in lookups:
            start = perf_counter()
            found = await retriever.retrieve(lookup.query, pilot=PILOT)
            times_ms.append((perf_counter() - start) * 1000)
            kinds = ("all", lookup.typing, "clause" if lookup.clause else "article")
            asked.update(kinds)
            if found and lookup.is_met_by(found[0].passage):
                met.update(kinds)
            else:
                got = f"{found[0].passage.source_id} {found[0].passage.locator}" if found else "nothing"
                misses.append({"query": lookup.query, "named": f"{lookup.source_id} {lookup.clause or lookup.section}", "first": got})
    return {
        "passages": len(loaded.passages),
        "lookups": len(lookups),
        "first": {kind: round(met[kind] / asked[kind], 4) for kind in sorted(asked)},
        "median_ms": round(sorted(times_ms)[len(times_ms) // 2], 1),
        "misses": misses,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.lookups", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with articles.jsonl: {law_id, law_title, article, title, text} a line")
    parser.add_argument("--json", type=Path, default=None, help="write the figures and every miss to this file")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    logging.getLogger("rag.retriever").setLevel(logging.ERROR)
    figures = asyncio.run(measure(arguments.folder, count=arguments.count, seed=arguments.seed))
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
