"""The example questions that routing is learnt from: each pilot's own, and the service's of what is nobody's."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from pilots.manifest import Text
from pilots.registry import Pilot
from pilots.routing.decision import OUT_OF_SCOPE

ExampleSets = Mapping[str, tuple[str, ...]]


class OutOfScope(BaseModel):
    """out_of_scope.yaml"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: tuple[Text, ...]


@cache
def load_out_of_scope() -> tuple[str, ...]:
    path = Path(__file__).parent.parent / "out_of_scope.yaml"
    return OutOfScope.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).examples


def example_sets(pilots: Iterable[Pilot]) -> ExampleSets:
    """Return the examples by pilot and, under OUT_OF_SCOPE, those of nobody. A pilot without examples has no entry."""
    sets = {pilot.name: pilot.manifest.examples for pilot in pilots if pilot.manifest.examples}
    return {**sets, OUT_OF_SCOPE: load_out_of_scope()}
