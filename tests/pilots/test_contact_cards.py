from dataclasses import replace

import pytest

from pilots.contact_cards import load_contact_cards
from pilots.errors import ManifestInvalid
from pilots.registry import Pilot, load_pilots

PACKAGED = load_pilots()


def with_cards(*paths: str) -> Pilot:
    pilot = PACKAGED["citizen_chat"]
    return replace(pilot, manifest=pilot.manifest.model_copy(update={"hand_over": paths}))


@pytest.mark.parametrize("pilot", PACKAGED.values(), ids=PACKAGED.keys())
def test_every_packaged_pilot_names_the_cards_of_people(pilot: Pilot) -> None:
    assert [card.id for card in load_contact_cards(pilot)] == ["asan-108", "qaynar-xetler"]


def test_a_pilot_may_name_none() -> None:
    assert load_contact_cards(with_cards()) == ()


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        (("corpus/yox.yaml",), "there is no card corpus/yox.yaml"),
        (("corpus/asan-108.yaml", "corpus/yox.yaml"), "there is no card corpus/yox.yaml"),
        (("corpus/asan-108.yaml", "corpus/apostil.yaml"), "the card corpus/apostil.yaml has no contacts"),
        (("corpus/asan-imza.yaml",), "the card corpus/asan-imza.yaml has no telephone number"),
    ],
)
def test_a_card_that_does_not_help_is_a_fault_of_the_manifest(paths: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ManifestInvalid, match=rf"^citizen_chat/pilot\.yaml: hand_over: {reason}"):
        load_contact_cards(with_cards(*paths))
