"""korpu pilots embed"""

from html import escape

from gateway.settings import load_settings
from gateway.web.assets import WIDGET, Asset, load_assets
from pilots.registry import Pilot, find_pilot, load_pilots


def embed(name: str, *, base_url: str | None) -> None:
    """Raises PilotUnknown when there is no such pilot."""
    settings = load_settings()
    pilot = find_pilot(load_pilots(*settings.pilot_folders), name)
    print(snippets(pilot, load_assets()[WIDGET], base_url=(base_url or settings.base_url).rstrip("/")))


def snippets(pilot: Pilot, widget: Asset, *, base_url: str) -> str:
    """Return the tags of the widget and of the frame, with a link inside for browsers in which neither runs."""
    base, name, title = escape(base_url), pilot.name, escape(pilot.manifest.title.az)
    origins = pilot.manifest.web.origins
    return f"""\
<script defer src="{base}{widget.path}" integrity="{widget.integrity}" crossorigin="anonymous"></script>
<korpu-chat pilot="{name}" lang="az"><a href="{base}/chat/az/{name}">{title}</a></korpu-chat>

Or in a frame:
<iframe src="{base}/embed/az/{name}" title="{title}" width="420" height="720"></iframe>

Pages that may: {", ".join(origins) if origins else f"none but the gateway's own. Add their origins to web.origins in {name}/pilot.yaml."}
A policy of the page needs script-src, connect-src and, for the frame, frame-src {base}."""
