import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.credentials import Credentials, close_development_key, development_key_path, load_secret, open_development_key, write_private
from gateway.errors import SettingsInvalid
from gateway.policy import Role
from gateway.settings import Settings
from gateway.store.database import open_database
from gateway.store.service_keys import ServiceKeys


@pytest.fixture
async def keys(settings: Settings) -> AsyncIterator[ServiceKeys]:
    async with open_database(settings.database) as database:
        yield ServiceKeys(database)


@pytest.fixture
def credentials(keys: ServiceKeys) -> Credentials:
    return Credentials(secret="s", session_minutes=30, keys=keys)


async def test_a_session_token_names_its_session(credentials: Credentials) -> None:
    caller = await credentials.identify(credentials.issue_session().token)
    assert caller is not None
    assert caller.role is Role.SESSION
    other = await credentials.identify(credentials.issue_session().token)
    assert other is not None
    assert caller.id != other.id


async def test_a_renewed_token_keeps_its_session(credentials: Credentials) -> None:
    caller = await credentials.identify(credentials.issue_session().token)
    renewed = await credentials.identify(credentials.issue_session(caller).token)
    assert renewed == caller


async def test_a_session_ends_after_its_minutes(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> None:
    token = credentials.issue_session().token
    issued = time.time()
    monkeypatch.setattr(time, "time", lambda: issued + 30 * 60 - 5)
    assert await credentials.identify(token) is not None
    monkeypatch.setattr(time, "time", lambda: issued + 30 * 60 + 5)
    assert await credentials.identify(token) is None


async def test_a_token_signed_with_another_secret_is_refused(credentials: Credentials, keys: ServiceKeys) -> None:
    forged = Credentials(secret="other", session_minutes=30, keys=keys).issue_session().token
    assert await credentials.identify(forged) is None


async def test_a_service_keys_session_request_opens_a_session_of_its_own(credentials: Credentials, keys: ServiceKeys) -> None:
    admin = await credentials.identify(await keys.create(Role.ADMIN))
    session = await credentials.identify(credentials.issue_session(admin).token)
    assert session is not None
    assert session.role is Role.SESSION


def test_the_secret_is_generated_once_and_private(settings: Settings) -> None:
    secret = load_secret(settings)
    assert len(secret) == 64
    assert load_secret(settings) == secret
    assert stat.S_IMODE((settings.data_dir / "secret.key").stat().st_mode) == 0o600


def test_a_configured_secret_writes_nothing(settings: Settings) -> None:
    assert load_secret(settings.model_copy(update={"secret_key": Settings(secret_key="own" * 6).secret_key})) == "own" * 6  # pyright: ignore[reportArgumentType]
    assert not settings.data_dir.exists()


async def test_the_development_key_is_kept_private_and_reused(settings: Settings, keys: ServiceKeys) -> None:
    key = await open_development_key(settings, keys)
    assert await open_development_key(settings, keys) == key
    assert stat.S_IMODE(development_key_path(settings).stat().st_mode) == 0o600
    caller = await keys.identify(key)
    assert caller is not None
    assert caller.role is Role.ADMIN


async def test_a_start_without_development_revokes_the_key(settings: Settings, keys: ServiceKeys) -> None:
    key = await open_development_key(settings, keys)
    await close_development_key(settings, keys)
    assert await keys.identify(key) is None
    assert not development_key_path(settings).exists()


async def test_a_development_key_of_another_database_is_replaced(settings: Settings, keys: ServiceKeys) -> None:
    development_key_path(settings).write_text("korpu_gone_gone", encoding="ascii")
    key = await open_development_key(settings, keys)
    assert await keys.identify(key) is not None


def test_a_secret_that_was_cut_short_signs_nothing(settings: Settings) -> None:
    """An empty secret would let anybody sign sessions."""
    load_secret(settings)
    (settings.data_dir / "secret.key").write_text("")
    with pytest.raises(SettingsInvalid, match=r"secret\.key"):
        load_secret(settings)


def test_a_private_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("gateway.credentials.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_private(tmp_path / "secret.key", "s")
    assert list(tmp_path.iterdir()) == []
