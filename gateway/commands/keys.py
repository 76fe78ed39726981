"""korpu keys"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from rich.console import Console

from gateway.commands.rows import print_rows
from gateway.errors import SettingsInvalid
from gateway.policy import Role
from gateway.settings import load_settings
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from pilots.registry import find_pilot, load_pilots


@asynccontextmanager
async def open_keys() -> AsyncGenerator[ServiceKeys]:
    async with open_database(load_settings().database) as database:
        yield ServiceKeys(database)


def new_key(role: str, *, pilots: Sequence[str], label: str, per_minute: int | None) -> None:
    """Print nothing but the key, so that it may go straight into a secret store."""
    roles = [known.value for known in Role if known is not Role.SESSION]
    if role not in roles:
        raise SettingsInvalid(f"--role must be one of {', '.join(roles)}")
    served = load_pilots(*load_settings().pilot_folders)
    names = tuple(find_pilot(served, name).name for name in pilots) or None

    async def create() -> str:
        async with open_keys() as keys:
            return await keys.create(Role(role), label=label, pilots=names, questions_per_minute=per_minute)

    print(asyncio.run(create()))


def list_keys(*, as_json: bool) -> None:
    async def read() -> list[dict[str, str]]:
        async with open_keys() as keys:
            return [
                {
                    "id": key.id,
                    "role": key.role.value,
                    "label": key.label,
                    "pilots": " ".join(key.pilots or ("all",)),
                    "per_minute": str(key.questions_per_minute or "pilot's quota"),
                    "created": f"{key.created_at:%Y-%m-%d %H:%M}",
                    "revoked": f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "",
                }
                for key in await keys.list()
            ]

    rows = asyncio.run(read())
    print_rows(rows, ("id", "role", "label", "pilots", "per minute", "created (UTC)", "revoked (UTC)"), as_json=as_json)


def revoke_key(key_id: str) -> None:
    async def revoke() -> int:
        async with open_keys() as keys:
            return await keys.revoke(key_id=key_id)

    if asyncio.run(revoke()) == 0:
        raise SettingsInvalid(f"there is no live key {key_id}; `korpu keys list` shows them")
    Console().print(f"Key {key_id} is revoked.")
