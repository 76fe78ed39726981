"""`korpu eval online`: the answers that people were given."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console

from evaluation.commands.options import JsonOption, faults_as_messages, write_json
from evaluation.online.measure import measure_use
from evaluation.online.output import print_use
from gateway.settings import Settings, load_settings
from gateway.store.answers_in_use import AnswerInUse, AnswersInUse
from gateway.store.database import now, open_database
from pilots.registry import find_pilot, load_pilots
from pilots.routing.decision import SERVICE

UNITS = {"d": "days", "h": "hours"}
SHOWN = 20


def online(
    pilot: Annotated[list[str] | None, typer.Option("--pilot", help="a pilot, several times for several; otherwise all that were asked")] = None,
    since: Annotated[str, typer.Option("--since", help="how far back: 7d, 24h, or a day as 2026-11-01 (UTC)")] = "7d",
    show: Annotated[int, typer.Option("--show", min=0, help="answers to list of which people and scores say different things")] = SHOWN,
    json_file: JsonOption = None,
) -> None:
    """Join the scores of the answers that people were given with what they and supervisors said of them. Reads the gateway's database; no words."""
    moment = read_moment(since, at=now())
    with faults_as_messages():
        settings = load_settings()
        chosen = None if pilot is None else check_pilots(settings, pilot)
        found = asyncio.run(read_answers(settings, chosen, since=moment))
    until = now()
    uses = [measure_use(name, answers, counted=counted, since=moment, until=until) for name, (counted, answers) in found.items()]
    console = Console()
    for use in uses:
        print_use(console, use, show=show)
    if not uses:
        console.print(f"nobody asked anything since {moment:%Y-%m-%d %H:%M} UTC", highlight=False)
    rows = TypeAdapter(list[AnswerInUse]).dump_python([answer for _, answers in found.values() for answer in answers], mode="json")
    write_json(json_file, {"since": moment.isoformat(), "pilots": [use.model_dump(mode="json") for use in uses], "answers": rows})


def check_pilots(settings: Settings, names: Sequence[str]) -> list[str]:
    """Raises PilotUnknown. The service's own name stands for questions that reached no pilot."""
    served = load_pilots(*settings.pilot_folders)
    return [name if name == SERVICE else find_pilot(served, name).name for name in names]


async def read_answers(settings: Settings, pilots: Sequence[str] | None, *, since: datetime) -> dict[str, tuple[int, list[AnswerInUse]]]:
    """Return, by pilot, how many answers there are and the newest of them. A pilot that was named is there even without any."""
    async with open_database(settings.database) as database:
        in_use = AnswersInUse(database)
        counted = dict.fromkeys(pilots or (), 0) | await in_use.count(since=since, pilots=pilots)
        return {name: (number, await in_use.read(name, since=since)) for name, number in counted.items()}


def read_moment(words: str, *, at: datetime) -> datetime:
    """Return the moment that `7d`, `24h` before `at` or a day names. Raises typer.BadParameter."""
    ago = re.fullmatch(r"([1-9]\d{0,4})([dh])", words)
    if ago:
        return at - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.strptime(words, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise typer.BadParameter("7d, 24h or a day as 2026-11-01", param_hint="--since") from error
