"""The texts of the demonstration page."""

from collections.abc import Callable
from functools import cache
from importlib import resources

import yaml

from pilots.answer import Language


@cache
def load_demo_texts() -> dict[Language, dict[str, str]]:
    return yaml.safe_load(resources.files("gateway.web").joinpath("demo_texts.yaml").read_text(encoding="utf-8"))


def demo_text(language: Language) -> Callable[[str], str]:
    """Return what gives a text by its name. An unknown name is a fault of the page."""
    return load_demo_texts()[language].__getitem__
