"""korpu reviews"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from evaluation.dataset import Case, load_cases
from gateway.commands.review_cases import case_of
from gateway.commands.rows import print_rows
from gateway.errors import SettingsInvalid
from gateway.settings import load_settings
from gateway.store.database import open_database
from gateway.store.reviews import Reviews, StoredReview
from pilots.registry import find_pilot, load_pilots

STATES = ("pending", "approved", "edited", "rejected", "any")
PAGE = 200


@asynccontextmanager
async def open_reviews() -> AsyncGenerator[Reviews]:
    async with open_database(load_settings().database) as database:
        yield Reviews(database)


def list_reviews(*, pilot: str | None, state: str, as_json: bool) -> None:
    if state not in STATES:
        raise SettingsInvalid(f"--state must be one of {', '.join(STATES)}")
    covered = None if pilot is None else [_served(pilot)]
    found = asyncio.run(_read_all(covered, None if state == "any" else state))
    rows = [
        {
            "id": review.id,
            "pilot": review.pilot,
            "state": review.state,
            "reason": review.reason,
            "asked": f"{review.asked_at:%Y-%m-%d %H:%M}",
            "decided_by": review.decision.by if review.decision else "",
            "decided": f"{review.decision.at:%Y-%m-%d %H:%M}" if review.decision else "",
        }
        for review in found
    ]
    print_rows(rows, ("id", "pilot", "state", "reason", "asked (UTC)", "decided by", "decided (UTC)"), as_json=as_json)


def export_reviews(pilot: str, *, out: str | None) -> None:
    """Write approved and corrected answers as cases. A file keeps the cases that it has; a case is added to it once."""
    name = _served(pilot)
    cases = asyncio.run(_cases(name))
    path = Path(out) if out else None
    known = {case.id for case in load_cases([path])} if path and path.exists() else set[str]()
    lines = [case.model_dump_json(exclude_defaults=True) for case in cases if case.id not in known]
    if path is None:
        print("\n".join(lines))
        return
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    Console(stderr=True).print(f"{len(lines)} cases added to {path.name}.")


def _served(pilot: str) -> str:
    return find_pilot(load_pilots(*load_settings().pilot_folders), pilot).name


async def _read_all(pilots: list[str] | None, state: str | None) -> list[StoredReview]:
    found: list[StoredReview] = []
    async with open_reviews() as reviews:
        while page := await reviews.queue(pilots=pilots, state=state, limit=PAGE, offset=len(found)):
            found += page
    return found


async def _cases(pilot: str) -> list[Case]:
    cases: list[Case] = []
    decided = [review for state in ("approved", "edited") for review in await _read_all([pilot], state)]
    async with open_reviews() as reviews:
        for review in decided:
            case = case_of(review, await reviews.questions_before(review))
            if case is not None:
                cases.append(case)
    return cases
