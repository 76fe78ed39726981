from pathlib import Path

import pytest

from evaluation.dataset import load_cases
from pilots.answer import AnswerStatus
from pilots.errors import ManifestInvalid, PilotUnknown
from pilots.registry import Pilot, find_pilot, load_pilots
from rag.azerbaijani import fold
from rag.cards import load_deck
from rag.chunking import estimate_tokens
from rag.loaders import load_passages
from tests.pilots.small_pilot import CARDS, write_pilot

PILOTS = load_pilots()


def sources_of(pilot: Pilot) -> set[str]:
    match pilot.manifest.understanding:
        case "cards" | "guided" | "counter" | "appeals":
            return {card_id for path in pilot.corpus_paths for card_id in load_deck(path)}
        case "documents":
            loaded = load_passages(pilot.corpus_paths, pilot=pilot.name, trust=pilot.manifest.corpus[0].trust, count_tokens=estimate_tokens)
            assert loaded.skipped == []
            return {passage.source_id for passage in loaded.passages}


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS.keys())
def test_every_pilot_has_its_corpus_and_cases_that_ask_of_it(pilot: Pilot):
    sources = sources_of(pilot)
    cases = load_cases(sorted(pilot.folder.glob("cases*.jsonl")))

    assert sources
    assert cases
    assert {case.id: unknown for case in cases if (unknown := set(case.expected_sources) - sources)} == {}
    assert [case.id for case in cases if case.expected_status is AnswerStatus.ANSWERED and not case.expected_sources] == []
    assert {case.expected_status.is_answer for case in cases} == {True, False}


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS.keys())
def test_held_out_questions_ask_of_the_same_corpus(pilot: Pilot):
    held_out = load_cases([path for name in ("heldout*.jsonl", "sealed*.jsonl") for path in sorted(pilot.folder.glob(name))])

    assert {source for case in held_out for source in case.expected_sources} <= sources_of(pilot)


@pytest.mark.parametrize("pilot", PILOTS.values(), ids=PILOTS.keys())
def test_no_sealed_question_is_one_that_the_pilot_is_improved_on(pilot: Pilot):
    improved_on = {fold(case.question) for case in load_cases(sorted(pilot.folder.glob("cases*.jsonl")))} | {*map(fold, pilot.manifest.examples)}
    sealed = load_cases(sorted(pilot.folder.glob("sealed*.jsonl")))

    assert [case.id for case in sealed if not case.context and fold(case.question) in improved_on] == []


def test_every_kind_of_pilot_is_served():
    assert {pilot.manifest.understanding for pilot in PILOTS.values()} == {"cards", "documents", "guided", "counter", "appeals"}
    assert list(PILOTS) == sorted(PILOTS)


def test_only_folders_with_a_manifest_are_pilots(tmp_path: Path):
    pilot = write_pilot(tmp_path)
    (tmp_path / "steps").mkdir()

    assert load_pilots(tmp_path) == {"kicik_pilot": pilot}
    assert pilot.corpus_paths == (tmp_path / "kicik_pilot" / "corpus",)
    assert set(load_deck(pilot.corpus_paths[0])) == set(CARDS)


def test_one_broken_manifest_stops_the_start(tmp_path: Path):
    home = write_pilot(tmp_path).folder
    (home / "pilot.yaml").write_text("name: kicik_pilot", encoding="utf-8")

    with pytest.raises(ManifestInvalid):
        load_pilots(tmp_path)


def test_a_pilot_is_found_by_its_name(tmp_path: Path):
    pilot = write_pilot(tmp_path)

    assert find_pilot({"kicik_pilot": pilot}, "kicik_pilot") is pilot
    with pytest.raises(PilotUnknown, match="basqa"):
        find_pilot({"kicik_pilot": pilot}, "basqa")


def test_pilots_of_a_team_are_served_beside_the_others(tmp_path: Path):
    ours, theirs = write_pilot(tmp_path / "packaged"), write_pilot(tmp_path / "team")
    renamed = theirs.folder.rename(theirs.folder.with_name("a_team_pilot"))
    (renamed / "pilot.yaml").write_text((renamed / "pilot.yaml").read_text(encoding="utf-8").replace(ours.name, "a_team_pilot"), encoding="utf-8")

    assert list(load_pilots(tmp_path / "packaged", tmp_path / "team", tmp_path / "absent")) == ["a_team_pilot", ours.name]


def test_two_pilots_of_one_name_are_refused(tmp_path: Path):
    folders = [write_pilot(tmp_path / name).folder.parent for name in ("packaged", "team")]

    with pytest.raises(ManifestInvalid, match="kicik_pilot: there are two pilots of this name"):
        load_pilots(*folders)
