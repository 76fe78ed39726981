"""Every text of the console is there in every language, is used, and no template speaks by itself."""

import re

import pytest
import yaml

from gateway.web.console.formats import TEMPLATES
from gateway.web.console.wording import FILE, LANGUAGES, leaves, wording

TEXTS = dict(leaves(yaml.safe_load(FILE.read_text(encoding="utf-8"))))
TEMPLATE_TEXT = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
BY_VALUE = re.compile(
    r"(nav|roles|problems|statuses|stages|review_states|handover_states|reasons|actions|audiences|readiness|endings|understandings|trust|review_when"
    r"|case_kinds|scores|run_kinds|variants|models|hashed|metrics|rungs|judgements|use_kinds|feedback_reasons|switch|review\.decided|feedback|evaluations\.calls)\."
)
"""Groups whose texts are chosen by a value: a test of each page shows them."""


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_every_language_and_no_other(name: str) -> None:
    assert set(TEXTS[name]) == set(LANGUAGES)
    assert all(isinstance(text, str) and text.strip() for text in TEXTS[name].values())


@pytest.mark.parametrize("name", [name for name in TEXTS if not BY_VALUE.match(name)])
def test_a_text_is_used(name: str) -> None:
    assert re.search(rf"\bt\.{re.escape(name)}\b", TEMPLATE_TEXT), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_template_says_exists(language: str) -> None:
    for name in set(re.findall(r"\bt((?:\.[a-z_]+)+)", TEMPLATE_TEXT)):
        node = wording(language)  # pyright: ignore[reportArgumentType]
        for part in name.removeprefix(".").removesuffix(".get").split("."):
            assert part in node, name
            node = node[part]


def test_russian_texts_are_russian() -> None:
    plain = {"pilots.pilot", "nav.pilots"}
    for name, texts in TEXTS.items():
        if re.search(r"[a-zəğışçöü]{4}", texts["az"], re.IGNORECASE) and name not in plain:
            assert re.search("[а-яё]", texts["ru"], re.IGNORECASE), name
        assert not re.search("[а-яё]", texts["az"] + texts["en"], re.IGNORECASE), name


def test_templates_hold_no_words_of_their_own() -> None:
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<code.*?</code>|<kbd>.*?</kbd>|<title>|<[^>]*>", " ", TEMPLATE_TEXT, flags=re.DOTALL)
    assert set(re.findall(r"[^\W\d_]{3,}", bare)) <= {"Körpü", "SHA", "AUC"}
