import pytest

from pilots.manifest import Manifest
from pilots.manifest_reference import REFERENCE, all_models, render

FIELDS = [(f"{model.__name__}.{name}", field.description) for _, model in all_models(Manifest, "") for name, field in model.model_fields.items()]


def test_the_committed_reference_is_the_models():
    assert REFERENCE.read_text(encoding="utf-8") == render(), "run `python -m pilots.manifest_reference` and commit docs/manifest.md"


@pytest.mark.parametrize(("name", "description"), FIELDS)
def test_every_key_says_what_it_means(name: str, description: str | None):
    assert description, f"{name} needs a description: it is what service teams read"


def test_types_limits_and_defaults_are_said_in_words():
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in render().splitlines() if line.startswith("| `")}
    assert "| text (matching `^[a-z][a-z0-9_]{2,39}$`) | **required** |" in lines["`name`"]
    assert "| number (> 0, ≤ 60) | `8.0` |" in render()
    assert "`citizens` or `staff` or `service_teams`" in lines["`audience`"]
    assert "list of text | empty |" in lines["`not_covered`"]
