"""Focus ↔ JSON, so that a follow-up question finds what the conversation is about."""

from typing import Any

from pydantic import TypeAdapter

from pilots.answer import Focus

_FOCUS: TypeAdapter[Focus] = TypeAdapter(Focus)


def dump_focus(focus: Focus) -> dict[str, Any]:
    return _FOCUS.dump_python(focus, mode="json")


def load_focus(data: object) -> Focus:
    """Read a stored focus; None, as older turns have it, is an empty focus."""
    return Focus() if data is None else _FOCUS.validate_python(data)
