"""korpu pilots list, stop, resume, rollback, history"""

import asyncio
import json
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from gateway.settings import Settings, load_settings
from gateway.stage_contract import StageDocument
from gateway.stages import Stages, open_stages
from gateway.store.stage_records import StageRecord
from gateway.telemetry import configure_logs
from pilots.digest import digest_pilot
from pilots.registry import Pilot, find_pilot
from pilots.stages import StageAction


def quiet_settings() -> Settings:
    """Load the settings and keep everything but errors out of the log: what a command has to say stands on the screen."""
    settings = load_settings()
    configure_logs(settings.model_copy(update={"log_level": "error"}))
    return settings


def list_pilots(*, as_json: bool) -> None:
    rows = asyncio.run(_rows(quiet_settings()))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(Column("pilot", no_wrap=True), "stage", "promoted (UTC)", "audience", "languages", "title")
    for row in rows:
        table.add_row(row["name"], row["stage"], _promotion_text(row), row["audience"], " ".join(row["languages"]), row["title"]["az"])
    Console().print(table)


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    """Return a pilot a row: its manifest, with the stage that holds, the newest promotion and the size of its corpus."""
    rows: list[dict[str, Any]] = []
    async with open_stages(settings) as stages:
        promotions = await stages.records.promotions()
        for pilot in stages.pilots.values():
            promotion = promotions.get(pilot.name)
            rows.append(
                pilot.manifest.model_dump(mode="json")
                | {
                    "stage": pilot.stage,
                    "manifest_stage": pilot.manifest.stage,
                    "promotion": _promotion(promotion),
                    "changed_since_promotion": promotion.digest != await _digest(pilot, settings) if promotion else None,
                    "corpus_files": sum(1 for path in pilot.corpus_paths for file in path.rglob("*") if file.is_file()),
                }
            )
    return rows


def _promotion(record: StageRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {"at": record.recorded_at.isoformat(), "by": record.recorded_by, "digest": record.digest, "evaluation": record.evaluation}


def _promotion_text(row: dict[str, Any]) -> str:
    if row["promotion"] is None:
        return "by its manifest" if row["manifest_stage"] == "live" else "never"
    changed = ", changed since" if row["changed_since_promotion"] else ""
    return f"{row['promotion']['at'][:16].replace('T', ' ')}{changed}"


async def _digest(pilot: Pilot, settings: Settings) -> str:
    return await asyncio.to_thread(digest_pilot, pilot, uploads=settings.uploads_path)


def change_stage(pilot_name: str, action: StageAction, *, reason: str, by: str) -> None:
    """Record the change; a running gateway on the same database follows within seconds."""

    async def change() -> StageRecord:
        async with open_stages(quiet_settings()) as stages:
            return await stages.change(pilot_name, action, recorded_by=by, note=reason)

    record = asyncio.run(change())
    Console().print(f"{record.pilot}: {record.stage_from} → {record.stage_to}. Running gateways follow within a few seconds.", markup=False)


def show_history(pilot_name: str, *, as_json: bool) -> None:
    settings = quiet_settings()

    async def read() -> StageDocument:
        async with open_stages(settings) as stages:
            return await _document(stages, find_pilot(stages.pilots, pilot_name), settings)

    document = asyncio.run(read())
    if as_json:
        print(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    table = Table("when (UTC)", "what", "stage", "by", "note", "evaluation")
    for record in document.history:
        change = f"{record.stage_from} → {record.stage_to}"
        table.add_row(
            f"{record.recorded_at:%Y-%m-%d %H:%M}", record.action, change, record.recorded_by, record.note, _evaluation_text(record.evaluation)
        )
    if document.history:
        console.print(table)
    console.print(f"{document.pilot} is {document.stage}" + ("" if document.history else ", as its manifest says") + ".", markup=False)
    if document.changed_since_promotion:
        console.print("Its manifest or corpus has changed since it was promoted: promote it again to have the new state evaluated.", style="yellow")


async def _document(stages: Stages, pilot: Pilot, settings: Settings) -> StageDocument:
    return StageDocument.of(pilot, await stages.records.history(pilot.name), digest=await _digest(pilot, settings))


def _evaluation_text(evaluation: dict[str, Any] | None) -> str:
    if evaluation is None:
        return ""
    # Evaluations recorded before completeness had its own name call it exactness.
    complete = evaluation.get("completeness", evaluation.get("fact_exactness"))
    stated = "no facts" if complete is None else f"facts {complete:.3f}"
    return f"{evaluation['cases']} cases, endings {evaluation['status_accuracy']:.3f}, {stated}, {evaluation['wrong_facts']} wrong"
