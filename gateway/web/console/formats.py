"""How values are written on a page, and the templates' environment that knows it."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.store.database import as_utc
from gateway.web import typesetting
from gateway.web.console.answer_view import web_address
from gateway.web.visible import visible
from pilots import written_days
from rag.baku_time import BAKU

TEMPLATES = Path(__file__).parent / "templates"
SHORT_ID = 8


class PageEnvironment(Environment):
    """Reads `t.ask.copy` as the text of that name, not as the method of a dictionary."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return cast("dict[str, Any]", obj)[attribute]
        return super().getattr(obj, attribute)


def written(value: Any) -> Any:
    """Take from every text on its way to a page what is not seen but moves, hides or turns round what is."""
    return visible(value) if type(value) is str else value


@cache
def environment() -> Environment:
    loaded = PageEnvironment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=written, trim_blocks=True, lstrip_blocks=True
    )
    filters = cast("dict[str, Any]", loaded.filters)
    filters.update(day=show_day, moment=show_moment, iso=show_iso, short=short_id, per_cent=show_per_cent, number=show_number)
    filters.update(web_address=web_address, groupby_run=runs_of, typeset=typesetting.typeset, code=show_code)
    return loaded


def show_day(value: date | str) -> str:
    """Write a date as it is written here; one with the precision of a year or month stays as precise as it is."""
    return written_days.show_day(value) if isinstance(value, str) else f"{value:%d.%m.%Y}"


def show_moment(value: datetime) -> str:
    return f"{as_utc(value).astimezone(BAKU):%d.%m.%Y %H:%M}"


def show_iso(value: datetime) -> str:
    return as_utc(value).isoformat(timespec="seconds")


def show_per_cent(share: float) -> str:
    return f"{show_number(share * 100, 1).removesuffix(',0')} %"


def show_number(value: float, digits: int | None = 0) -> str:
    """Write a number with so many digits behind the comma, None for as many as it needs."""
    written_out = f"{value:g}" if digits is None else f"{value:.{digits}f}"
    return written_out.replace(".", ",").replace("-", "−")


def show_code(code: str) -> str:
    """Write the code of a hand-over as the citizen reads it: in two groups."""
    return f"{code[:4]}-{code[4:]}"


def short_id(answer_id: str) -> str:
    """Return the form of an id that fits on a slip and can be read out: its first eight digits in two groups."""
    head = answer_id[:SHORT_ID].upper()
    return f"{head[:4]}-{head[4:]}"


def runs_of(values: Iterable[Any], name: str) -> list[list[Any]]:
    """Return neighbours with the same attribute together, in their order."""
    return [list(run) for _, run in groupby(values, key=attrgetter(name))]
