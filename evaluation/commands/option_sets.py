"""Options that several commands have, as one value: a dataclass names them once, a command takes it whole."""

import inspect
from collections.abc import Callable
from dataclasses import Field, dataclass, fields
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from evaluation.commands.options import (
    BaseUrlOption,
    FreshOption,
    JsonOption,
    KeyOption,
    LabelOption,
    NoiseOption,
    ParallelOption,
    ShowOption,
    read_variants,
)
from evaluation.run import Variant

PARITY_NOISE = "ascii,chat,dialect"

Own = ParamSpec("Own")
Options = TypeVar("Options", bound="KeepingOptions")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingOptions:
    """What every measurement takes: how its run is kept and shown."""

    label: LabelOption = ""
    fresh: FreshOption = False
    show: ShowOption = 20
    json_file: JsonOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietKeepingOptions(KeepingOptions):
    """Failed cases are printed on request only."""

    show: ShowOption = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringOptions(KeepingOptions):
    """What a measurement takes that asks question by question, also as people type."""

    noise: NoiseOption = ""
    parallel: ParallelOption = 1

    @property
    def variants(self) -> list[Variant]:
        """Raises typer.BadParameter: `noise` has a word that is none."""
        return read_variants(self.noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingOptions(MeasuringOptions):
    """What a measurement takes that asks a pilot, here or at a running gateway."""

    base_url: BaseUrlOption = None
    key_file: KeyOption = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityOptions(AskingOptions):
    """Asking, also as people type."""

    noise: NoiseOption = PARITY_NOISE


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietOptions(MeasuringOptions):
    """Failed cases are printed on request only."""

    show: ShowOption = 0


def with_options(command: Callable[Concatenate[Options, Own], None]) -> Callable[..., None]:
    """Give a command every field of its first parameter's dataclass as an option of the command line, behind its own."""
    first, *own = inspect.signature(command, eval_str=True).parameters.values()
    options: type[Options] = first.annotation
    declared: tuple[Field[Any], ...] = fields(options)
    hints = get_type_hints(options, include_extras=True)

    @wraps(command)
    def run(**given: Any) -> None:
        taken = options(**{one.name: given.pop(one.name) for one in declared})
        command(taken, **given)  # pyright: ignore[reportCallIssue]

    shared = [inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name]) for one in declared]
    parameters = [*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own), *shared]
    run.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportAttributeAccessIssue]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
