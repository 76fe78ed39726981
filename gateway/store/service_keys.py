"""Service keys: shown once, stored as a hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from gateway.policy import Caller, Role
from gateway.store.database import Database, as_utc, now
from gateway.store.schema import ServiceKeyRow

PREFIX = "korpu_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceKey:
    """What may be listed of a key: everything but the secret."""

    id: str
    role: Role
    label: str
    pilots: tuple[str, ...] | None
    questions_per_minute: int | None
    created_at: datetime
    revoked_at: datetime | None


class ServiceKeys:
    """A key reads `korpu_<id>_<secret>`: the id finds the row, the secret is compared in constant time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, role: Role, *, label: str = "", pilots: tuple[str, ...] | None = None, questions_per_minute: int | None = None) -> str:
        """Store a new key's hash and return the key, the only time that it is seen."""
        key_id, secret = secrets.token_hex(6), secrets.token_hex(32)
        async with self._database.writing() as connection:
            await connection.execute(
                insert(ServiceKeyRow).values(
                    id=key_id,
                    digest=_digest(secret),
                    role=role.value,
                    label=label,
                    pilots=None if pilots is None else list(pilots),
                    questions_per_minute=questions_per_minute,
                    created_at=now(),
                )
            )
        return f"{PREFIX}{key_id}_{secret}"

    async def identify(self, key: str) -> Caller | None:
        """Return whose key it is, None when it is unknown or revoked."""
        key_id, _, secret = key.removeprefix(PREFIX).partition("_")
        row = await self._live(key_id)
        # Compared even for an unknown id, so that the time does not tell which ids exist.
        if not hmac.compare_digest(_digest(secret), row.digest if row else _digest("")) or row is None:
            return None
        return _caller(row)

    async def find(self, key_id: str) -> Caller | None:
        """Return whose key has this id, None when it is unknown or revoked. The caller of this method has proof that the key was shown."""
        row = await self._live(key_id)
        return None if row is None else _caller(row)

    async def _live(self, key_id: str) -> Row[Any] | None:
        statement = select(ServiceKeyRow.__table__).where(ServiceKeyRow.id == key_id, ServiceKeyRow.revoked_at.is_(None))
        async with self._database.reading() as connection:
            return (await connection.execute(statement)).one_or_none()

    async def list(self) -> list[ServiceKey]:
        """Return every key, oldest first, revoked ones too."""
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(ServiceKeyRow.__table__).order_by(ServiceKeyRow.created_at))).all()
        return [
            ServiceKey(
                id=row.id,
                role=Role(row.role),
                label=row.label,
                pilots=None if row.pilots is None else tuple(row.pilots),
                questions_per_minute=row.questions_per_minute,
                created_at=as_utc(row.created_at),
                revoked_at=as_utc(row.revoked_at) if row.revoked_at else None,
            )
            for row in rows
        ]

    async def revoke(self, *, key_id: str | None = None, label: str | None = None) -> int:
        """Revoke the live keys of that id or label at once; return how many there were."""
        condition = ServiceKeyRow.id == key_id if key_id is not None else ServiceKeyRow.label == label
        statement = update(ServiceKeyRow).where(condition, ServiceKeyRow.revoked_at.is_(None)).values(revoked_at=now())
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount


def _caller(row: Row[Any]) -> Caller:
    pilots = None if row.pilots is None else frozenset(row.pilots)
    return Caller(id=f"key:{row.id}", role=Role(row.role), pilots=pilots, questions_per_minute=row.questions_per_minute)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
