"""A draft goes live when its folder is sound and its cases come out as its manifest demands; both are put on record."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from evaluation.asking import open_pipeline_asker
from evaluation.dataset import load_cases
from evaluation.run import CLEAN, collect, plan
from evaluation.runs.folder import RunArchive, RunFolder
from evaluation.runs.provenance import take_provenance
from evaluation.runs.record import RunKind
from evaluation.scores import Scores
from evaluation.suites.asking import ask_case
from evaluation.suites.output import AnswerOutput
from evaluation.suites.registry import load_outputs, score_run
from gateway.onboarding.check import check_folder
from gateway.onboarding.check_cases import CASES_PATTERN
from gateway.onboarding.findings import Finding, is_clean
from gateway.settings import Settings
from gateway.stages import Stages
from gateway.store.stage_records import StageRecord
from pilots.digest import digest_pilot
from pilots.registry import Pilot
from pilots.stages import StageAction, next_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionAttempt:
    """How far a promotion came: `scores` and `run` None when the check found errors, `record` None when nothing was promoted."""

    findings: list[Finding]
    scores: Scores | None = None
    run: RunFolder | None = None
    record: StageRecord | None = None

    @property
    def outputs(self) -> dict[str, AnswerOutput]:
        """What came back, by the id of the case."""
        return {output.key: output for output in load_outputs(self.run)} if self.run else {}


async def promote(pilot: Pilot, *, settings: Settings, stages: Stages, promoted_by: str, note: str, today: date) -> PromotionAttempt:
    """Check, evaluate and record.

    Raises:
        StageChangeRefused: a stopped pilot is resumed or rolled back first.
        DatasetInvalid, IndexUnavailable, ServingError, DatabaseUnavailable
    """
    next_stage(StageAction.PROMOTE, pilot.stage)
    findings = await asyncio.to_thread(check_folder, pilot.folder, today=today)
    if not is_clean(findings):
        return PromotionAttempt(findings=findings)
    # Before the cases are asked: a file that changes meanwhile then counts as changed since the promotion.
    digest = await asyncio.to_thread(digest_pilot, pilot, uploads=settings.uploads_path)
    run = await evaluate(pilot, settings=settings)
    scores = score_run(run)
    if not scores.passed:
        return PromotionAttempt(findings=findings, scores=scores, run=run)
    record = await stages.records.add(
        pilot.name,
        StageAction.PROMOTE,
        manifest_stage=pilot.manifest.stage,
        recorded_by=promoted_by,
        note=note,
        digest=digest,
        evaluation=summarise(scores, run=run),
    )
    return PromotionAttempt(findings=findings, scores=scores, run=run, record=record)


async def evaluate(pilot: Pilot, *, settings: Settings) -> RunFolder:
    """Ask the pilot its cases through the pipeline that routes call, on an index of its own, and keep the run.

    The index of the data folder may belong to a running gateway, and a draft's passages have no business in it before they
    pass. The embedding cache is shared: what is embedded here is not embedded again when the gateway reads the pilot.
    """
    files = sorted(pilot.folder.glob(CASES_PATTERN))
    asked = plan(load_cases(files), [CLEAN], key=lambda case: case.id, native=lambda case: case.language == "az")
    config: dict[str, JsonValue] = {"variants": [CLEAN], "split": "cases", "thresholds": pilot.manifest.thresholds.model_dump()}
    provenance = await asyncio.to_thread(take_provenance, settings, data=files, pilot=pilot)
    archive = RunArchive(settings.runs_path)
    run = archive.start(
        RunKind.ANSWERS, pilot.name, target="pipeline", config=config, provenance=provenance, questions=len(asked), label="promotion", fresh=True
    )
    with tempfile.TemporaryDirectory(prefix="korpu-evaluation-") as folder:
        apart = settings.model_copy(update={"index": "embedded", "index_dir": Path(folder)})
        async with open_pipeline_asker(apart, pilot) as asker:
            await collect(asked, ask_case(asker), model=AnswerOutput, run=run)
    return run


def summarise(scores: Scores, *, run: RunFolder) -> dict[str, Any]:
    """Return what is kept of an evaluation: its figures, the thresholds that held, the ids of the cases that failed, and the run."""
    figures = {name: figure.value for name, figure in scores.variants[CLEAN].items()}
    needed = {threshold.name: threshold.needed for threshold in scores.thresholds}
    failed = [failure.key for failure in scores.failures]
    return {"cases": scores.items, **figures, **scores.counts, "thresholds": needed, "failed_cases": failed, "run": run.path.name}
