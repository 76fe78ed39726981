"""What forms have in common."""

from pydantic import BeforeValidator


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


LeftOpen = BeforeValidator(_none_if_blank)
"""A browser sends an empty field for what was left open."""
