"""korpu pilots new, card, check, promote"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.text import Text

from evaluation.console import print_run
from gateway.commands.pilots import quiet_settings
from gateway.errors import OnboardingRefused
from gateway.onboarding.check import check_folder
from gateway.onboarding.findings import Finding, Severity, is_clean
from gateway.onboarding.placeholders import CARD_TEMPLATE
from gateway.onboarding.promotion import PromotionAttempt, promote
from gateway.onboarding.scaffold import NewPilot, check_name, write_card, write_pilot
from gateway.settings import Settings, load_settings
from gateway.stages import open_stages
from pilots.errors import PilotUnknown
from pilots.registry import find_pilot, load_pilots
from rag.baku_time import today_in_baku

SOUND, UNSOUND = 0, 1
SHOWN_WARNINGS = 10
QUESTIONS = {
    "title_az": "Name of the service in Azerbaijani",
    "title_en": "… in English",
    "title_ru": "… in Russian",
    "purpose": "What it answers, in one sentence",
    "agency": "Agency that answers for the content",
    "contact": "Telephone or address for questions about the content",
}
NEW_PILOT = TypeAdapter(NewPilot)
WORST_CASES = 3


def gather(
    name: str, *, texts: Mapping[str, str | None], audience: str | None, understanding: str | None, languages: str | None, quiet: bool
) -> NewPilot:
    """Ask for what the options do not say, unless `quiet`; an empty answer leaves a text to fill in.

    Raises:
        OnboardingRefused: an answer is none of the possible ones.
    """
    check_name(name)
    filled = {key: text if text is not None or quiet else ask(QUESTIONS[key], default="") or None for key, text in texts.items()}
    chosen = {
        "audience": audience or ("citizens" if quiet else ask("Who asks: citizens, staff or service_teams", default="citizens")),
        "understanding": understanding or ("cards" if quiet else ask("Answer from service cards or documents: cards, documents", default="cards")),
        "languages": (languages or ("az,en,ru" if quiet else ask("Languages, separated by commas", default="az,en,ru"))).replace(" ", "").split(","),
    }
    try:
        return NEW_PILOT.validate_python({"name": name, **filled, **chosen})
    except ValidationError as fault:
        raise OnboardingRefused("; ".join(f"{wrong['loc'][0]}: {wrong['msg']}" for wrong in fault.errors())) from None


def ask(question: str, *, default: str) -> str:
    answer: str = typer.prompt(question, default=default, show_default=bool(default))
    return answer.strip()


def new_pilot(new: NewPilot) -> None:
    settings = load_settings()
    folder = write_pilot(new, settings.team_pilots_path, served=load_pilots(*settings.pilot_folders), today=today_in_baku())
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Wrote {folder}:", markup=False)
    for file in sorted(folder.rglob("*")):
        console.print(f"  {file.relative_to(folder)}{'/' if file.is_dir() else ''}", markup=False)
    steps = (
        [f"`korpu pilots card {new.name} CARD-ID` writes a card to fill in"] if (folder / CARD_TEMPLATE).exists() else ["copy documents into corpus/"]
    )
    steps += ["write what people ask into cases.jsonl", f"`korpu pilots check {new.name}`", f"`korpu pilots promote {new.name}`"]
    console.print("Next: " + "; ".join(steps) + ".", markup=False)


def new_card(pilot_name: str, card_id: str) -> None:
    path = write_card(find_folder(load_settings(), pilot_name), card_id, today=today_in_baku())
    Console(highlight=False, soft_wrap=True).print(f"Wrote {path}. Replace every text in ‹angle quotes›.", markup=False)


def check(pilot_name: str, *, as_json: bool) -> int:
    """Return the exit status."""
    findings = check_folder(find_folder(load_settings(), pilot_name), today=today_in_baku())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        show_findings(pilot_name, findings)
    return SOUND if is_clean(findings) else UNSOUND


def find_folder(settings: Settings, pilot_name: str) -> Path:
    """Find a pilot's folder without reading any manifest: a folder is checked because its manifest may be wrong.

    Raises:
        PilotUnknown: no folder of that name.
    """
    for parent in settings.pilot_folders:
        folder = parent / pilot_name
        if pilot_name.isidentifier() and folder.is_dir() and ((folder / "pilot.yaml").exists() or (folder / "corpus").exists()):
            return folder
    raise PilotUnknown(f"there is no pilot {pilot_name}; `korpu pilots list` shows those that are served")


def promote_pilot(pilot_name: str, *, by: str, note: str) -> int:
    """Return the exit status."""
    settings = quiet_settings()

    async def attempt() -> PromotionAttempt:
        async with open_stages(settings) as stages:
            pilot = find_pilot(stages.pilots, pilot_name)
            with Console(stderr=True).status("Asking the cases …"):
                return await promote(pilot, settings=settings, stages=stages, promoted_by=by, note=note, today=today_in_baku())

    return show_attempt(pilot_name, asyncio.run(attempt()))


def show_attempt(pilot_name: str, attempt: PromotionAttempt) -> int:
    console = Console(highlight=False)
    if attempt.scores is None or attempt.run is None:
        show_findings(pilot_name, attempt.findings)
        console.print("Not promoted: the check found errors.", style="bold red")
        return UNSOUND
    scores = attempt.scores
    if attempt.record is None:
        outputs = attempt.outputs
        for failure in scores.failures[:WORST_CASES]:
            console.print(Text.assemble((failure.key, "bold"), f"  {' → '.join(outputs[failure.key].asked)}"))
            for problem in failure.problems:
                console.print(Text(f"    {problem}", style="red"))
        if (rest := len(scores.failures) - WORST_CASES) > 0:
            console.print(f"… and {rest} more; `korpu eval report {attempt.run.path.name}` shows them with their answers.", markup=False)
        for shortfall in scores.shortfalls:
            console.print(Text(f"Below the pilot's threshold: {shortfall}", style="bold red"))
        console.print("Not promoted.", style="bold red")
        return UNSOUND
    print_run(console, attempt.run, scores, show=WORST_CASES)
    record = attempt.record
    console.print(f"{record.pilot}: {record.stage_from} → {record.stage_to}, promoted by {record.recorded_by}.", style="bold green", markup=False)
    console.print("Running gateways on this data folder read its folder and open it within a few seconds.")
    return SOUND


def show_findings(pilot_name: str, findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    counts = Counter(finding.severity for finding in findings)
    shown_warnings = 0
    for finding in findings:
        is_error = finding.severity is Severity.ERROR
        shown_warnings += not is_error
        if is_error or shown_warnings <= SHOWN_WARNINGS:
            console.print(
                Text.assemble((finding.place, "bold"), ": ", (finding.severity.value, "red" if is_error else "yellow"), f": {finding.message}")
            )
            console.print(Text(f"    {finding.hint}", style="dim"))
    if hidden := shown_warnings - SHOWN_WARNINGS if shown_warnings > SHOWN_WARNINGS else 0:
        console.print(f"… and {hidden} more warnings; --json lists all.", markup=False)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    console.print(f"{pilot_name}: {_count(errors, 'error')}, {_count(warnings, 'warning')}.", style="red" if errors else "green", markup=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
