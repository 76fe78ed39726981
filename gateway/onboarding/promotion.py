"""A draft goes live when its folder is sound and its cases come out as its manifest demands; both are put on record."""

import asyncio
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.asking import open_pipeline_asker
from evaluation.dataset import load_cases
from evaluation.metrics.answers import Verdict
from evaluation.report import CLEAN, AnswerReport
from evaluation.run import run_answers
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
    """How far a promotion came: `report` None when the check found errors, `record` None when nothing was promoted."""

    findings: list[Finding]
    report: AnswerReport | None = None
    record: StageRecord | None = None

    @property
    def worst(self) -> list[Verdict]:
        """The failed cases, wrong facts first, then wrong endings, then missing facts."""
        failures = self.report.failures if self.report else []
        return sorted(failures, key=lambda verdict: (-len(verdict.wrong), verdict.status_right, -len(verdict.missing)))


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
    report = await evaluate(pilot, settings=settings)
    if report.shortfalls:
        return PromotionAttempt(findings=findings, report=report)
    record = await stages.records.add(
        pilot.name,
        StageAction.PROMOTE,
        manifest_stage=pilot.manifest.stage,
        recorded_by=promoted_by,
        note=note,
        digest=digest,
        evaluation=summarise(report),
    )
    return PromotionAttempt(findings=findings, report=report, record=record)


async def evaluate(pilot: Pilot, *, settings: Settings) -> AnswerReport:
    """Ask the pilot its cases through the pipeline that routes call, on an index of its own.

    The index of the data folder may belong to a running gateway, and a draft's passages have no business in it before they
    pass. The embedding cache is shared: what is embedded here is not embedded again when the gateway reads the pilot.
    """
    cases = load_cases(sorted(pilot.folder.glob(CASES_PATTERN)))
    with tempfile.TemporaryDirectory(prefix="korpu-evaluation-") as folder:
        apart = settings.model_copy(update={"index": "embedded", "index_dir": Path(folder)})
        async with open_pipeline_asker(apart, pilot) as asker:
            verdicts = await run_answers(cases, asker, variant=CLEAN, step=lambda: None)
    return AnswerReport(pilot=pilot.name, thresholds=pilot.manifest.thresholds, verdicts={CLEAN: verdicts})


def summarise(report: AnswerReport) -> dict[str, Any]:
    """Return what is kept of an evaluation: its scores, the thresholds that held and the ids of the cases that failed."""
    scores = asdict(report.scores[CLEAN])
    del scores["confusion"]
    return {**scores, "thresholds": report.thresholds.model_dump(), "failed_cases": [verdict.result.case.id for verdict in report.failures]}
