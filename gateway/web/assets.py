"""Files that browsers load, under addresses that name their content: such a file never changes, so it is kept for ever."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

MEDIA_TYPES: Mapping[str, str] = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
WIDGET = "korpu-chat.js"
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Asset:
    """`integrity` is what a page that embeds the file states as its `integrity` attribute (SHA-384)."""

    name: str
    body: bytes
    media_type: str
    digest: str
    integrity: str

    @property
    def path(self) -> str:
        """The address at this gateway that names the content: «/assets/korpu-chat.1f0c….js»."""
        stem, _, suffix = self.name.rpartition(".")
        return f"/assets/{stem}.{self.digest}.{suffix}"

    @property
    def etag(self) -> str:
        return f'"{self.digest}"'


@cache
def load_assets() -> Mapping[str, Asset]:
    """Return the packaged files by their plain names («korpu-chat.js»)."""
    folder = resources.files("gateway.web").joinpath("static")
    assets = (_asset(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.rpartition(".")[2] in MEDIA_TYPES)
    return {asset.name: asset for asset in assets}


@cache
def assets_by_path() -> Mapping[str, tuple[Asset, str]]:
    """Return each file under both of its addresses, with how long a browser may keep it.

    The plain name is for pages that want the newest file without naming its content; it is asked for again each time.
    """
    assets = load_assets().values()
    return {asset.path: (asset, IMMUTABLE) for asset in assets} | {f"/assets/{asset.name}": (asset, REVALIDATED) for asset in assets}


def _asset(name: str, body: bytes) -> Asset:
    digest = hashlib.sha384(body).digest()
    return Asset(
        name=name,
        body=body,
        media_type=MEDIA_TYPES[name.rpartition(".")[2]],
        digest=digest.hex()[:DIGEST_LENGTH],
        integrity=f"sha384-{base64.b64encode(digest).decode('ascii')}",
    )
