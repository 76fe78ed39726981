"""Words and colours that pages and widget share."""

import json
import re
from pathlib import Path

import pytest

from gateway.web.demo import load_demo_texts
from gateway.web.visible import visible
from gateway.web.words import LANGUAGES

WEB = Path("gateway/web")
TEXT_ON_GROUND = {
    "ink": ("ground", "surface", "surface-sunken", "accent-soft"),
    "ink-soft": ("ground", "surface", "surface-sunken"),
    "accent": ("surface", "accent-soft", "ground"),
    "accent-strong": ("surface", "accent-soft"),
    "on-accent": ("accent", "accent-strong"),
    "on-banner": ("banner", "banner-strong"),
    "notice": ("notice-soft",),
    "danger": ("surface", "danger-soft", "surface-sunken"),
    "success": ("surface", "success-soft", "ground"),
}
EDGE_ON_GROUND = {"line-strong": ("surface", "ground"), "focus": ("surface", "ground", "surface-sunken"), "accent": ("surface",)}


def palettes() -> list[dict[str, str]]:
    text = (WEB / "static/tokens.css").read_text(encoding="utf-8")
    blocks = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r"\{([^{}]*--ground[^{}]*)\}", text)]
    assert len(blocks) == 3
    assert blocks[1] == blocks[2], "the wished dark theme is the browser's dark theme"
    return blocks[:2]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_edges_stand_out(theme: int) -> None:
    palette = palettes()[theme]
    for pairs, least in ((TEXT_ON_GROUND, 4.5), (EDGE_ON_GROUND, 3.0)):
        for colour, grounds in pairs.items():
            for ground in grounds:
                assert contrast(palette[colour], palette[ground]) >= least, (colour, ground)


def test_every_text_is_there_in_every_language_with_the_same_blanks() -> None:
    files = {language: json.loads((WEB / f"words/{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES}
    for language in LANGUAGES:
        assert files[language].keys() == files["az"].keys()
        for key, text in files[language].items():
            assert text.strip() == text != ""
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", files["az"][key])), key
    demo = load_demo_texts()
    assert {frozenset(texts) for texts in demo.values()} == {frozenset(demo["az"])}
    assert demo.keys() == set(LANGUAGES)


def test_no_letter_changes_its_case_without_a_language() -> None:
    """«i» is «İ» in Azerbaijani and «I» elsewhere: neither scripts nor styles change the case of any text."""
    changes = re.compile(r"to(Locale)?(Upper|Lower)Case|text-transform|\|\s*(upper|lower|title|capitalize)\b")
    for path in [*WEB.glob("widget/src/*"), *WEB.glob("static/*.css"), *WEB.glob("templates/*")]:
        assert not changes.search(path.read_text(encoding="utf-8")), path


def test_unseen_marks_are_left_out_and_letters_stay() -> None:
    letters = "ƏəĞğİıIiŞşÇçÖöÜü «sitat» – 30 AZN\nЩё"
    assert visible(letters) == letters
    assert visible("Rüsum \u202e03\u202c\u200b AZN\u0007\U000e0041") == "Rüsum 03 AZN"
