"""What forms have in common."""

from pydantic import BeforeValidator


def _lines(value: object) -> object:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else _lines(value)


Typed = BeforeValidator(_lines)
"""A browser ends the lines of a text field with two characters, whatever the person's machine does."""

LeftOpen = BeforeValidator(_none_if_blank)
"""`Typed`, and an empty field stands for what was left open."""
