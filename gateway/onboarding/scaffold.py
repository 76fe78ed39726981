"""Writes the folder of a new pilot: everything a team fills in, with the reasons beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from gateway.errors import OnboardingRefused
from gateway.onboarding.placeholders import CARD_TEMPLATE, placeholder
from pilots.answer import Language
from pilots.manifest import PilotName
from pilots.registry import Pilot
from rag.cards import Slug

TEMPLATE_CARD_ID = placeholder("id: small letters, digits and hyphens; the file's name")
REVIEW_AFTER = timedelta(days=180)

Audience = Literal["citizens", "staff", "service_teams"]
Understanding = Literal["cards", "documents"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPilot:
    """What a team says of its pilot; None leaves a text for it to fill in."""

    name: str
    title_az: str | None = None
    title_en: str | None = None
    title_ru: str | None = None
    purpose: str | None = None
    agency: str | None = None
    contact: str | None = None
    audience: Audience = "citizens"
    understanding: Understanding = "cards"
    languages: tuple[Language, ...] = ("az", "en", "ru")


def write_pilot(new: NewPilot, parent: Path, *, served: Mapping[str, Pilot], today: date) -> Path:
    """Write the folder `parent/NAME` and return it.

    Raises:
        OnboardingRefused: the name breaks the rule or is taken; nothing is written.
    """
    check_name(new.name)
    folder = parent / new.name
    if new.name in served or folder.exists():
        raise OnboardingRefused(f"there is a pilot {new.name} already")
    purpose = new.purpose or placeholder("what it answers, for whom, from which sources")
    texts = {
        "title_az": new.title_az or placeholder("name of the service in Azerbaijani"),
        "title_en": new.title_en or placeholder("name of the service in English"),
        "title_ru": new.title_ru or placeholder("name of the service in Russian"),
        "purpose": purpose,
        "agency": new.agency or placeholder("agency that answers for the content"),
        "contact": new.contact or placeholder("telephone or address for questions about the content"),
    }
    values = {key: json.dumps(text, ensure_ascii=False) for key, text in texts.items()}
    values |= {"name": new.name, "purpose_text": purpose, "audience": new.audience, "understanding": new.understanding}
    values |= {"languages": ", ".join(new.languages)}
    (folder / "corpus").mkdir(parents=True)
    for file in ("pilot.yaml", "README.md", "cases.jsonl"):
        (folder / file).write_text(_fill(file, values), encoding="utf-8")
    if new.understanding == "cards":
        (folder / CARD_TEMPLATE).write_text(_card(TEMPLATE_CARD_ID, today), encoding="utf-8")
    return folder


def check_name(name: str) -> None:
    """Raises OnboardingRefused when no pilot can have this name."""
    _check(name, PilotName, "a name has 3 to 40 small Latin letters, digits and underscores and begins with a letter")


def write_card(folder: Path, card_id: str, *, today: date) -> Path:
    """Write an annotated card into the pilot's corpus, dated today, and return it.

    Raises:
        OnboardingRefused: the id breaks the rule, or there is such a card.
    """
    _check(card_id, Slug, "a card's id has small Latin letters, digits and hyphens")
    path = folder / "corpus" / f"{card_id}.yaml"
    if path.exists():
        raise OnboardingRefused(f"there is a card {card_id} already")
    path.parent.mkdir(exist_ok=True)
    path.write_text(_card(card_id, today), encoding="utf-8")
    return path


def _card(card_id: str, today: date) -> str:
    return _fill("card.yaml", {"card_id": card_id, "as_of": today.isoformat(), "review_by": (today + REVIEW_AFTER).isoformat()})


def _fill(file: str, values: Mapping[str, str]) -> str:
    template = resources.files("gateway.onboarding").joinpath("templates", file).read_text(encoding="utf-8")
    return Template(template).substitute(values)


def _check(name: str, rule: Any, words: str) -> None:
    try:
        TypeAdapter(rule).validate_python(name)
    except ValidationError:
        raise OnboardingRefused(f"{name}: {words}") from None
