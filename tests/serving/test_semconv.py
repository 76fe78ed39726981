"""Names stand in one module, and every span is opened by the function that keeps words out of it."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
from opentelemetry.semconv.schemas import Schemas

from serving import semconv

PACKAGES = ("gateway", "pilots", "rag", "serving", "evaluation")
MODULES = [path for name in PACKAGES for path in sorted(Path(str(import_module(name).__file__)).parent.rglob("*.py"))]
NAMES = Path(semconv.__file__)
OPENERS = {"spans.py", "tracing.py"}
EVENTS = {"gen_ai.evaluation.result"}


@pytest.mark.parametrize("path", [path for path in MODULES if path != NAMES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_other_module_spells_a_convention_or_records_an_exceptions_words(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"\"(gen_ai\.[a-z_.]+)\"", text)
    assert "record_exception(" not in text
    if path.name not in OPENERS:
        assert "start_as_current_span(" not in text


def test_every_gen_ai_name_is_the_conventions_own() -> None:
    known = {value for module in (gen_ai_attributes, gen_ai_metrics) for value in vars(module).values() if isinstance(value, str)} | EVENTS
    ours = {value for name, value in vars(semconv).items() if name.isupper() and isinstance(value, str) and value.startswith("gen_ai.")}
    assert len(ours) > 20
    assert ours - known == set()


def test_operations_are_the_conventions_values() -> None:
    known = {value.value for value in gen_ai_attributes.GenAiOperationNameValues}  # pyright: ignore[reportDeprecated] (moved, not changed)
    assert {operation.value for operation in semconv.Operation} <= known


def test_the_schema_names_a_published_version() -> None:
    assert semconv.SCHEMA_URL in {schema.value for schema in Schemas} | {str(value) for value in vars(Schemas).values()}
