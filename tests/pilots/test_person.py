from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from pilots.manifest import Web
from pilots.person import find_person
from pilots.registry import Pilot, load_pilots


def with_cards(*paths: str) -> Pilot:
    pilot = load_pilots()["citizen_chat"]
    return replace(pilot, manifest=pilot.manifest.model_copy(update={"hand_over": paths}))


def test_telephone_hours_and_steps_come_word_for_word_from_the_card_with_source_and_date() -> None:
    lines = find_person(with_cards("corpus/asan-108.yaml"))
    assert [(line.kind, line.text) for line in lines][:2] == [
        ("phone", "108"),
        ("hours", "Canlı operator bazar ertəsindən cüməyə 09:00–18:00 cavab verir."),
    ]
    card = (Path(__file__).parents[2] / "pilots/citizen_chat/corpus/asan-108.yaml").read_text(encoding="utf-8")
    assert all(line.text in card and line.source and line.as_of == "2024" for line in lines)


def test_the_first_card_tells_whom_to_talk_to() -> None:
    assert find_person(with_cards("corpus/asan-108.yaml", "corpus/qaynar-xetler.yaml")) == find_person(with_cards("corpus/asan-108.yaml"))


def test_without_a_card_nothing_is_said_of_people() -> None:
    assert find_person(with_cards()) == ()


@pytest.mark.parametrize("origin", ["*", "https://*.gov.example", "https://gov.example/", "gov.example", "https://GOV.example", "null"])
def test_an_origin_is_named_exactly(origin: str) -> None:
    with pytest.raises(ValidationError):
        Web(origins=(origin,))
