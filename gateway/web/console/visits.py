"""Who is at a console: a signed cookie that names a service key, never the key itself, and a token for each form of it."""

import hmac
import secrets
import time
from dataclasses import asdict, dataclass

from itsdangerous import BadData, Signer, URLSafeTimedSerializer

from gateway.errors import FormForged

COOKIE = "korpu_console"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`key_id` None: nobody has signed in yet. `opened_at` is in seconds since the epoch."""

    id: str
    opened_at: int
    key_id: str | None = None


class Visits:
    """A visit ends after `idle_minutes` without a page, after `longest_hours` in any case, by signing out, or when its key is revoked.

    What was signed out of is remembered in this process: behind several gateways a copied cookie lives until it is idle.
    """

    def __init__(self, *, secret: str, idle_minutes: int, longest_hours: int) -> None:
        self._seals = URLSafeTimedSerializer(secret, salt="korpu.console.visit")
        self._forms = Signer(secret, salt="korpu.console.form", key_derivation="hmac")
        self.idle_s = idle_minutes * 60
        self._longest_s = longest_hours * 60 * 60
        self._ended: dict[str, float] = {}

    def open(self, key_id: str | None = None) -> Visit:
        return Visit(id=secrets.token_hex(16), opened_at=int(time.time()), key_id=key_id)

    def seal(self, visit: Visit) -> str:
        """Return the cookie's value; its time of signing counts as the visit's last use."""
        return str(self._seals.dumps(asdict(visit)))

    def read(self, cookie: str) -> Visit | None:
        """Return the visit, None when the cookie is forged, idle for too long, past its longest life or signed out of."""
        try:
            visit = Visit(**self._seals.loads(cookie, max_age=self.idle_s))
        except (BadData, TypeError):
            return None
        over = visit.id in self._ended or time.time() - visit.opened_at > self._longest_s
        return None if over else visit

    def end(self, visit: Visit) -> None:
        moment = time.time()
        self._ended = {name: until for name, until in self._ended.items() if until > moment} | {visit.id: moment + self.idle_s}

    def form_token(self, visit: Visit) -> str:
        """Return what every form of this visit must bring back."""
        return self._forms.get_signature(visit.id).decode("ascii")

    def check_form(self, visit: Visit | None, token: str) -> None:
        """Raises FormForged when the form was not made for this visit."""
        if visit is None or not hmac.compare_digest(self.form_token(visit).encode(), token.encode()):
            raise FormForged("the form's token is not this visit's")
