"""docs/manifest.md, written from the manifest model: `python -m pilots.manifest_reference`."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pilots.manifest import Manifest

REFERENCE = Path(__file__).parent.parent / "docs" / "manifest.md"
INTRODUCTION = """# pilot.yaml

Every key of a pilot's manifest. This page is written from the model by `python -m pilots.manifest_reference`; a test compares the two.
Unknown keys are refused, and `korpu pilots check` names each fault by its line.
"""
BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def render() -> str:
    return INTRODUCTION + "".join(_section(model, path) for path, model in all_models(Manifest, ""))


def all_models(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the model and every model inside it, each with the dotted path under which it is written first."""
    yield path, model
    seen: set[type[BaseModel]] = {model}
    for name, field in model.model_fields.items():
        for inner in _inner(field.annotation):
            if inner not in seen:
                seen.add(inner)
                yield from all_models(inner, f"{path}.{name}" if path else name)


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _inner(part)


def _section(model: type[BaseModel], path: str) -> str:
    lines = [f"\n## {f'`{path}`' if path else 'Top level'}\n"]
    if path and model.__doc__:
        lines.append(" ".join(model.__doc__.split()) + "\n")
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        cells = (f"`{name}`", _type(field.annotation, field), _default(field), field.description or "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _type(annotation: Any, field: FieldInfo | None = None) -> str:
    """Say a type as someone who writes YAML would."""
    limits = _limits(field.metadata) if field else ""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0]) + _limits(parts[1:])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in parts)
    if origin in (Union, UnionType):
        return " or ".join(_type(part) for part in parts if part is not type(None))
    if origin in (tuple, list):
        return f"list of {_type(parts[0])}"
    if origin is dict:
        return f"mapping of {_type(parts[0])} to {_type(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping, see below"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    words = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return next((word for kind, word in words.items() if annotation is kind), str(cast("object", annotation))) + limits


def _limits(metadata: Any) -> str:
    found = [f"{sign} {getattr(limit, key):g}" for limit in metadata for key, sign in BOUNDS.items() if getattr(limit, key, None) is not None]
    found += [f"matching `{limit.pattern}`" for limit in metadata if isinstance(limit, StringConstraints) and limit.pattern]
    found += [f"at least {limit.min_length} entries" for limit in metadata if isinstance(limit, annotated_types.MinLen)]
    return f" ({', '.join(found)})" if found else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default: Any = field.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined or default is None:
        return "none"
    if isinstance(default, BaseModel) or (isinstance(default, tuple) and any(isinstance(item, BaseModel) for item in default)):  # pyright: ignore[reportUnknownVariableType]
        return "its defaults"
    if isinstance(default, tuple | list | dict):
        entries: list[Any] = list(default)  # pyright: ignore[reportUnknownArgumentType]
        return ", ".join(f"`{item}`" for item in entries) or "empty"
    return f"`{default.value if isinstance(default, Enum) else default}`"


if __name__ == "__main__":
    REFERENCE.write_text(render(), encoding="utf-8")
