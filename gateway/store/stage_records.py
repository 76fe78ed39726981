"""What was decided about each pilot's stage: who, when, from where to where, and what the evaluation said. Records are never changed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, func, insert, select

from gateway.store.database import Database, as_utc, now
from gateway.store.schema import StageRecordRow
from pilots.stages import Stage, StageAction, next_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord:
    """`recorded_by` is a person's name (command line) or a key id (HTTP). `note` is the reason, or a remark on a promotion.

    `digest` and `evaluation` belong to promotions: the state of manifest and corpus that was evaluated, and the result.
    """

    pilot: str
    action: StageAction
    stage_from: Stage
    stage_to: Stage
    recorded_by: str
    note: str
    digest: str | None
    evaluation: dict[str, Any] | None
    recorded_at: datetime


class StageRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        pilot: str,
        action: StageAction,
        *,
        manifest_stage: Stage,
        recorded_by: str,
        note: str,
        digest: str | None = None,
        evaluation: dict[str, Any] | None = None,
    ) -> StageRecord:
        """Record a change from the stage that holds, which is read in the same transaction.

        Raises:
            StageChangeRefused: the action does not start from the stage that holds; nothing is recorded.
            DatabaseUnavailable
        """
        async with self._database.writing_in_turn(f"stage of {pilot}") as connection:
            newest = (await connection.execute(_newest().where(StageRecordRow.pilot == pilot))).one_or_none()
            stage = manifest_stage if newest is None else _record(newest).stage_to
            record = StageRecord(
                pilot=pilot,
                action=action,
                stage_from=stage,
                stage_to=next_stage(action, stage),
                recorded_by=recorded_by,
                note=note,
                digest=digest,
                evaluation=evaluation,
                recorded_at=now(),
            )
            await connection.execute(insert(StageRecordRow).values(asdict(record) | {"action": action.value}))
        return record

    async def history(self, pilot: str) -> list[StageRecord]:
        """Return what was decided about a pilot, oldest first."""
        statement = select(StageRecordRow.__table__).where(StageRecordRow.pilot == pilot).order_by(StageRecordRow.id)
        async with self._database.reading() as connection:
            return [_record(row) for row in (await connection.execute(statement)).all()]

    async def newest(self) -> dict[str, StageRecord]:
        """Return the newest record of each pilot that has one."""
        async with self._database.reading() as connection:
            return {record.pilot: record for record in map(_record, (await connection.execute(_newest())).all())}

    async def promotions(self) -> dict[str, StageRecord]:
        """Return the newest promotion of each pilot that was ever promoted."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(_newest(StageAction.PROMOTE))).all()
        return {record.pilot: record for record in map(_record, rows)}


def _newest(action: StageAction | None = None) -> Select[Any]:
    latest = select(func.max(StageRecordRow.id)).group_by(StageRecordRow.pilot)
    if action is not None:
        latest = latest.where(StageRecordRow.action == action.value)
    return select(StageRecordRow.__table__).where(StageRecordRow.id.in_(latest))


def _record(row: Row[Any]) -> StageRecord:
    return StageRecord(
        pilot=row.pilot,
        action=StageAction(row.action),
        stage_from=cast("Stage", row.stage_from),
        stage_to=cast("Stage", row.stage_to),
        recorded_by=row.recorded_by,
        note=row.note,
        digest=row.digest,
        evaluation=row.evaluation,
        recorded_at=as_utc(row.recorded_at),
    )
