"""What the commands, the comparison and the report need to know of a kind of run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from evaluation.scores import Scores
from evaluation.statistics import Observation
from evaluation.suites.output import Output
from pilots.answer import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A case as a person reads it in a report."""

    asked: tuple[str, ...]
    expected: str
    got: str
    text: str = ""
    citations: tuple[Citation, ...] = ()
    answer_id: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """`primary` is the ratio by which two runs are called better or worse. Outputs of one run come in the order of the questions.

    `labels` are the fields of an output that the data set says, not the service: what is expected of it.
    """

    output: type[Output]
    labels: tuple[str, ...]
    primary: str
    score: Callable[[str, Sequence[Any], Mapping[str, JsonValue]], Scores]
    measure: Callable[[Sequence[Any]], dict[str, list[Observation]]]
    show: Callable[[Any], Shown]
