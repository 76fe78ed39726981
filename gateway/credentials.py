"""Bearer credentials: signed session tokens for people, service keys for systems."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer

from gateway.errors import CallerForbidden, SettingsInvalid
from gateway.policy import Caller, Role
from gateway.settings import Settings
from gateway.store.service_keys import PREFIX, ServiceKeys

SHORTEST_SECRET = 32
DEVELOPMENT_LABEL = "development"
DEVELOPMENT_QUESTIONS_PER_MINUTE = 6000


@dataclass(frozen=True, slots=True)
class SessionToken:
    """`expires_in` is in seconds from now."""

    token: str
    expires_in: int


class Credentials:
    """Issues session tokens and tells whose credential a request carries."""

    def __init__(self, *, secret: str, session_minutes: int, keys: ServiceKeys) -> None:
        self._sessions = URLSafeTimedSerializer(secret, salt="korpu.session")
        self._forms = URLSafeTimedSerializer(secret, salt="korpu.form")
        self._session_s = session_minutes * 60
        self.keys = keys

    def issue_session(self, caller: Caller | None = None) -> SessionToken:
        """Sign a token for a new session, or a fresh one for the caller's own session, so that a long conversation goes on."""
        renewed = caller is not None and caller.role is Role.SESSION
        session = caller.id if caller is not None and renewed else f"session:{secrets.token_hex(12)}"
        return SessionToken(str(self._sessions.dumps(session)), self._session_s)

    def form_key(self, caller: Caller) -> str:
        """Sign what a form of this caller carries, so that no other site's form is taken for it."""
        return str(self._forms.dumps(caller.id))

    def check_form(self, key: str, caller: Caller) -> None:
        """Raises CallerForbidden when the form was not made for this caller, or too long ago."""
        try:
            owner = self._forms.loads(key, max_age=self._session_s)
        except BadData as error:
            raise CallerForbidden("the form's key is not valid") from error
        if owner != caller.id:
            raise CallerForbidden("the form was made for another session")

    async def identify(self, credential: str) -> Caller | None:
        """Return whose credential it is, None when it is unknown, forged, expired or revoked."""
        if credential.startswith(PREFIX):
            return await self.keys.identify(credential)
        try:
            session = self._sessions.loads(credential, max_age=self._session_s)
        except BadData:
            return None
        return Caller(id=str(session), role=Role.SESSION)


def load_secret(settings: Settings) -> str:
    """Return the signing secret: the configured one, or one that is generated into the data folder on first use."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsInvalid(f"{path} holds no secret: remove it, and a new one is written")
    return secret


def development_key_path(settings: Settings) -> Path:
    return settings.data_dir / "development.key"


async def open_development_key(settings: Settings, keys: ServiceKeys) -> str:
    """Return this data folder's development key, creating one when there is none that still works."""
    path = development_key_path(settings)
    if path.exists():
        key = path.read_text(encoding="ascii").strip()
        if await keys.identify(key):
            return key
        path.unlink()
    key = await keys.create(Role.ADMIN, label=DEVELOPMENT_LABEL, questions_per_minute=DEVELOPMENT_QUESTIONS_PER_MINUTE)
    write_private(path, key)
    return key


async def close_development_key(settings: Settings, keys: ServiceKeys) -> None:
    """Revoke development keys: a gateway that was not started for development must not accept them."""
    await keys.revoke(label=DEVELOPMENT_LABEL)
    development_key_path(settings).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Create a file that only its owner reads; an existing file is left as it is. Another process finds it whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
