"""Reading server-sent events in tests."""

import json
from typing import Any


def read_events(text: str) -> list[tuple[str, Any]]:
    """Return name and data of each event."""
    events: list[tuple[str, Any]] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if fields:
            events.append((fields.get("event", ""), json.loads(fields["data"])))
    return events
