"""How a source's date is written for people."""

import re


def show_day(day: str) -> str:
    """Write a date as it is written here, «2023-05» as «05.2023»; a text that is no date stays as it is."""
    return ".".join(reversed(day.split("-"))) if re.fullmatch(r"\d{4}(-\d{2}){0,2}", day) else day
