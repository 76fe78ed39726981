import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from gateway.policy import Caller, Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys
from tests.gateway.commands.conftest import Korpu


def whose(office: Path, key: str) -> Caller | None:
    async def identify() -> Caller | None:
        async with open_database(Settings(data_dir=office / "var").database) as database:
            return await ServiceKeys(database).identify(key)

    return asyncio.run(identify())


def test_a_new_key_is_printed_alone_and_works(korpu: Korpu, office: Path) -> None:
    key = korpu("keys", "new", "--role", "service_team", "--pilot", "office_guides", "--per-minute", "7").stdout.strip()
    caller = whose(office, key)
    assert caller is not None
    assert (caller.role, caller.pilots, caller.questions_per_minute) == (Role.SERVICE_TEAM, frozenset({"office_guides"}), 7)


def test_a_revoked_key_ends(korpu: Korpu, office: Path) -> None:
    key = korpu("keys", "new", "--role", "admin", "--label", "portal").stdout.strip()
    (listed,) = json.loads(korpu("keys", "list", "--json").stdout)
    assert (listed["label"], listed["pilots"], listed["revoked"]) == ("portal", "all", "")
    assert key not in korpu("keys", "list").stdout
    assert korpu("keys", "revoke", listed["id"]).exit_code == 0
    assert whose(office, key) is None


def test_a_wrong_role_pilot_or_id_is_named(korpu_main: Callable[..., tuple[int, str]]) -> None:
    for arguments, words in (
        (("keys", "new", "--role", "session"), "--role must be one of staff"),
        (("keys", "new", "--role", "admin", "--pilot", "moon"), "moon"),
        (("keys", "revoke", "beef"), "no live key beef"),
    ):
        status, error = korpu_main(*arguments)
        assert status == 1
        assert words in error
        assert "Traceback" not in error
