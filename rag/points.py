"""How a passage is stored: its point, its payload and the conditions that a scope becomes, the same in both engines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from rag.index import SearchScope
from rag.passages import Passage, TrustTier

DENSE: Final = "dense"
LEXICAL: Final = "lexical"
KEYWORD_FIELDS: Final = ("kind", "pilot", "release", "trust", "source_id", "section")
DAY_FIELDS: Final = ("in_force_from", "in_force_to")
"""Stored as whole numbers (20240208), which both engines compare fast; an open end is beyond every day."""

EARLIEST: Final = 0
LATEST: Final = 99_991_231

RRF_K: Final = 2
"""Qdrant's own default. A larger constant flattens the ranks, and the weights then decide nearly everything."""

HNSW_EF: Final = 256
"""Candidates that a vector search keeps. On 16,000 clustered vectors it finds 99.8 % of the true nearest 20, the default 98.2 %, for 0.3 ms."""

BATCH: Final = 256
"""Points a call: the embedded engine holds the interpreter for about 6 ms on a batch of this size."""

T = TypeVar("T")
_NAMESPACE: Final = UUID("6f1f0c55-6d0c-5c0e-9a52-0d1c1f6a7b9e")
_PASSAGE_FIELDS: Final = tuple(field.name for field in fields(Passage))

# Any: a payload is JSON, as both engines type it.
Payload = dict[str, Any]
Condition = tuple[str, list[str]]
"""A payload field and the values of which it must have one. No value at all: nothing matches."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A payload field of whole numbers and what it must be: at most `at_most`, more than `more_than`."""

    field: str
    at_most: int | None = None
    more_than: int | None = None


def point_id(release: str, passage_id: str) -> str:
    """Return the id of a passage in one release, so that two releases never share a point."""
    return str(uuid5(_NAMESPACE, f"passage/{release}/{passage_id}"))


def pointer_id(pilot: str) -> str:
    """Return the id of the one point that names the pilot's live release."""
    return str(uuid5(_NAMESPACE, f"pointer/{pilot}"))


def pointer_payload(pilot: str, release: str) -> Payload:
    return {"kind": "pointer", "pilot": pilot, "release": release}


def passage_payload(release: str, passage: Passage) -> Payload:
    interval = {"in_force_from": _stored_day(passage.in_force_from, EARLIEST), "in_force_to": _stored_day(passage.in_force_to, LATEST)}
    return {"kind": "passage", "release": release, **asdict(passage), "trust": passage.trust.value, "editions": list(passage.editions), **interval}


def payload_passage(payload: Mapping[str, Any]) -> Passage:
    """Read a passage; fields that a release of an earlier program does not have keep their defaults until it is replaced."""
    stored: Payload = {name: payload[name] for name in _PASSAGE_FIELDS if name in payload}
    stored["trust"] = TrustTier(stored["trust"])
    stored["editions"] = tuple(stored.get("editions", ()))
    for name in DAY_FIELDS:
        stored[name] = _read_day(stored.get(name, EARLIEST))
    return Passage(**stored)


def _stored_day(day: date | None, open_end: int) -> int:
    return day.year * 10_000 + day.month * 100 + day.day if day else open_end


def _read_day(stored: int) -> date | None:
    return None if stored in (EARLIEST, LATEST) else date(stored // 10_000, stored // 100 % 100, stored % 100)


def release_conditions(pilot: str, release: str) -> list[Condition | Bound]:
    """Select all passages of a release."""
    return [("kind", ["passage"]), ("pilot", [pilot]), ("release", [release])]


def population_conditions(scope: SearchScope, release: str) -> list[Condition | Bound]:
    """Select those passages over which inverse document frequencies are taken: all that were in force, whatever else the scope wants."""
    conditions = release_conditions(scope.pilot, release)
    if scope.in_force_on is not None:
        day = _stored_day(scope.in_force_on, LATEST)
        conditions += [Bound("in_force_from", at_most=day), Bound("in_force_to", more_than=day)]
    return conditions


def scope_conditions(scope: SearchScope, release: str) -> list[Condition | Bound]:
    conditions = population_conditions(scope, release)
    if scope.trust != frozenset(TrustTier):
        conditions.append(("trust", sorted(scope.trust)))
    if scope.source_ids is not None:
        conditions.append(("source_id", sorted(scope.source_ids)))
    if scope.sections is not None:
        conditions.append(("section", sorted(scope.sections)))
    return conditions


def reading_order(passages: Iterable[Passage]) -> list[Passage]:
    return sorted(passages, key=lambda passage: (passage.source_id, passage.ordinal, passage.id))


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
