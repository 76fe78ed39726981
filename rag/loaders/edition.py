"""`edition.yaml` in a folder of documents: since when its texts have been in force. A date is declared, never guessed."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rag.editions import first_day
from rag.errors import DocumentUnreadable

EDITION_FILE: Final = "edition.yaml"


def check_partial_date(written: str) -> str:
    """Return a year, a month or a day as it was written.

    Raises:
        ValueError: it is none, or no day of the calendar.
    """
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", written):
        raise ValueError("must be a year, a month or a day: 2024, 2024-02 or 2024-02-08")
    first_day(written)
    return written


def _as_written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, int) else value


class EditionSheet(BaseModel):
    """What a folder says of its edition.

    `in_force_from` is as precise as the source: a snapshot's own date when nobody knows since when its texts had held. `titles`
    names documents by their source id (a law's `law_id`), `source` tells people where the texts come from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    in_force_from: Annotated[str, BeforeValidator(_as_written), AfterValidator(check_partial_date)]
    source: str = ""
    url: str | None = None
    titles: dict[str, str] = Field(default_factory=dict[str, str])


def declared_edition(path: Path, *, top: Path) -> EditionSheet | None:
    """Return the sheet that stands beside a document or nearest above it, up to the folder `top`; None when there is none.

    Raises:
        DocumentUnreadable: the sheet is wrong. Its documents stay out: without a date they would pass for the law of today.
    """
    folder = path.parent
    while not (folder / EDITION_FILE).is_file():
        if folder == top or folder == folder.parent:
            return None
        folder = folder.parent
    try:
        return EditionSheet.model_validate(yaml.safe_load((folder / EDITION_FILE).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentUnreadable(f"{EDITION_FILE} of its folder cannot be read ({type(error).__name__})") from error
    except ValidationError as error:
        raise DocumentUnreadable(f"{EDITION_FILE} of its folder is wrong: {_faults(error)}") from error


def read_edition(in_force_from: str) -> EditionSheet:
    """Return the sheet of an edition of which only the date is told.

    Raises:
        DocumentUnreadable: it is no date.
    """
    try:
        return EditionSheet.model_validate({"in_force_from": in_force_from})
    except ValidationError as error:
        raise DocumentUnreadable(_faults(error)) from error


def sheet_text(sheet: EditionSheet) -> str:
    """Return a sheet as its file says it."""
    return yaml.safe_dump(sheet.model_dump(exclude_defaults=True), allow_unicode=True, sort_keys=False)


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'sheet'}: {fault['msg']}" for fault in error.errors())
