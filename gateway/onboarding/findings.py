"""What a check has to say, by file and line."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a pilot from being promoted; a warning is for a person to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`file` is relative to the pilot's folder. `line` counts from 1; None when the fault has no line, as with a missing file.

    `hint` says what to do about it.
    """

    file: str
    line: int | None
    severity: Severity
    message: str
    hint: str

    @property
    def place(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


def error(file: str, line: int | None, message: str, *, hint: str) -> Finding:
    return Finding(file=file, line=line, severity=Severity.ERROR, message=message, hint=hint)


def warning(file: str, line: int | None, message: str, *, hint: str) -> Finding:
    return Finding(file=file, line=line, severity=Severity.WARNING, message=message, hint=hint)


def is_clean(findings: list[Finding]) -> bool:
    return all(finding.severity is not Severity.ERROR for finding in findings)
