"""YAML files as models, and each fault of them by its line: cards and manifests are written by people who look for a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml reads 153 cards in 0.08 s; the loader in Python, which some platforms are left with, takes seven times as long."""

Model = TypeVar("Model", bound=BaseModel)

_NUMBER = "must be a number alone, without words"
_LIST = "must be a list: a line with a hyphen for each entry"
_KEYS = "must be keys with their values"
PLAIN_WORDS: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "there is no such key",
    "string_type": "must be a text; a number or a day needs quotes to be one",
    **dict.fromkeys(("decimal_parsing", "decimal_type", "int_parsing", "int_type", "float_parsing", "float_type"), _NUMBER),
    **dict.fromkeys(("list_type", "tuple_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _KEYS),
}
"""What people who write YAML and no Python read instead of the library's words, by its kind of fault."""

SYNTAX_WORDS: Final[Mapping[str, str]] = {
    "found undefined alias": "a value that begins with * needs quotes",
    "found character that cannot start any token": "a value that begins with this sign needs quotes",
}
"""The same for what is not YAML, by the beginning of the reader's words."""


@dataclass(frozen=True, slots=True)
class YamlFault:
    """`line` counts from 1. `key` is the dotted path of what is wrong; empty: the file as a whole."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key or 'file'}: {self.message} (line {self.line})"


@dataclass(frozen=True, slots=True)
class YamlFaults:
    """At least one fault; `is_yaml` False: the file could not be read as YAML at all."""

    faults: tuple[YamlFault, ...]
    is_yaml: bool = True

    def __str__(self) -> str:
        return ("" if self.is_yaml else "not YAML: ") + "; ".join(map(str, self.faults))


def read_yaml(path: Path, schema: type[Model]) -> Model | YamlFaults:
    """Return the file's content as a model, or everything that keeps it from being one.

    Raises:
        OSError: the file cannot be opened.
    """
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return YamlFaults((YamlFault(line, "", "the text is not UTF-8"),), is_yaml=False)
    try:
        return schema.model_validate(yaml.load(text, Loader=YAML_LOADER))  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        return YamlFaults((_syntax_fault(error),), is_yaml=False)
    except ValidationError as error:
        lines = YamlLines(text)
        return YamlFaults(tuple(YamlFault(lines.of(e["loc"]), ".".join(map(str, e["loc"])), _plain(e)) for e in error.errors()))


class YamlLines:
    """Finds the line of a key in a text that is YAML. Composed on demand: only a file with a fault pays for it."""

    def __init__(self, text: str) -> None:
        self._root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)

    def of(self, location: Sequence[str | int]) -> int:
        """Return the line, counted from 1, of the deepest part of the location that the file has."""
        line, node = 1, self._root
        for part in location:
            step = _child(node, part)
            if step is None:
                break
            line, node = step
        return line


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    match node:
        case yaml.MappingNode():
            return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(part)), None)
        case yaml.SequenceNode() if isinstance(part, int) and part < len(node.value):
            item: yaml.Node = node.value[part]
            return item.start_mark.line + 1, item
        case _:
            return None


def _syntax_fault(error: yaml.YAMLError) -> YamlFault:
    mark, problem = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or error)
    words = next((words for beginning, words in SYNTAX_WORDS.items() if problem.startswith(beginning)), problem)
    return YamlFault(mark.line + 1 if mark else 1, "", words)


def _plain(error: ErrorDetails) -> str:
    return PLAIN_WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
