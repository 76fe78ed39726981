from pathlib import Path

import pytest

from pilots.answer import AnswerStatus
from pilots.errors import ManifestInvalid
from pilots.manifest import load_manifest
from tests.pilots.small_pilot import MANIFEST


def write(folder: Path, text: str, *, name: str = "kicik_pilot") -> Path:
    home = folder / name
    home.mkdir()
    (home / "pilot.yaml").write_text(text, encoding="utf-8")
    return home


def manifest(*, name: str = "kicik_pilot", understanding: str = "cards", more: str = "") -> str:
    return MANIFEST.format(name=name, understanding=understanding, more=more)


def test_a_manifest_is_read_with_its_defaults(tmp_path: Path):
    loaded = load_manifest(write(tmp_path, manifest()))

    assert loaded.name == "kicik_pilot"
    assert loaded.owner.agency == "Sınaq idarəsi"
    assert [corpus.path for corpus in loaded.corpus] == ["corpus"]
    assert loaded.languages == ("az", "en", "ru")


def test_a_pilot_may_say_a_status_in_its_own_words(tmp_path: Path):
    loaded = load_manifest(write(tmp_path, manifest(more='messages: {clarification: {az: "Hansı?", en: "Which?", ru: "Какой?"}}')))

    assert loaded.messages[AnswerStatus.CLARIFICATION].ru == "Какой?"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("temperature: 0.2", "temperature"),
        ("retrieval: {top_n: 5}", "retrieval.top_n"),
        ("retrieval: {top_k: 0}", "retrieval.top_k"),
        ("retrieval: {min_coverage: 1.5}", "retrieval.min_coverage"),
        ("quotas: {per_day: 5}", "quotas.per_day"),
        ("corpus: [{path: corpus, trust: rumour}]", "corpus.0.trust"),
        ("retention_days: 0", "retention_days"),
        ("composer: inspired", "composer"),
        ("composer: generative\ngeneration: {temperature: 1}", "generation.temperature"),
        ("composer: generative\ngeneration: {min_coverage: 0.1}", "generation.min_coverage"),
        ("messages: {answered: {az: Hazırdır, en: Done}}", "messages.answered.ru"),
        ("messages: {perhaps: {az: Bəlkə, en: Perhaps, ru: Может}}", "messages.perhaps"),
    ],
)
def test_a_wrong_key_is_refused_by_file_and_key(tmp_path: Path, more: str, key: str):
    with pytest.raises(ManifestInvalid, match=rf"^kicik_pilot/pilot\.yaml: {key}"):
        load_manifest(write(tmp_path, manifest(more=more)))


def test_a_key_of_earlier_manifests_is_refused_by_line_with_the_key_that_took_its_place(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match=r"web\.person: moved to `hand_over`, .* \(line \d+\)") as refusal:
        load_manifest(write(tmp_path, manifest(more="web:\n  person: elaqe")))

    assert [(fault.key, "hand_over: corpus/CARD.yaml" in fault.message) for fault in refusal.value.faults] == [("web.person", True)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hand_over: corpus/elaqe.yaml", ("corpus/elaqe.yaml",)),
        ("hand_over: [corpus/elaqe.yaml, ../o/corpus/x.yaml]", ("corpus/elaqe.yaml", "../o/corpus/x.yaml")),
    ],
)
def test_one_contact_card_needs_no_list(tmp_path: Path, written: str, read: tuple[str, ...]):
    assert load_manifest(write(tmp_path, manifest(more=written))).hand_over == read


def test_a_missing_key_is_refused_by_file_and_key(tmp_path: Path):
    text = "\n".join(line for line in manifest().splitlines() if not line.startswith("owner"))

    with pytest.raises(ManifestInvalid, match=r"^kicik_pilot/pilot\.yaml: owner"):
        load_manifest(write(tmp_path, text))


def test_a_name_that_is_not_the_folders_is_refused(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match=r"^basqa/pilot\.yaml: name: kicik_pilot"):
        load_manifest(write(tmp_path, manifest(), name="basqa"))


@pytest.mark.parametrize("text", ["name: [kicik", "", "- bir\n- iki"], ids=["broken", "empty", "a list"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str):
    with pytest.raises(ManifestInvalid, match=r"^kicik_pilot/pilot\.yaml"):
        load_manifest(write(tmp_path, text))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path):
    home = write(tmp_path, "")
    (home / "pilot.yaml").write_bytes("title: Şəxsiyyət".encode("utf-16"))

    with pytest.raises(ManifestInvalid, match=r"^kicik_pilot/pilot\.yaml: not YAML"):
        load_manifest(home)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match=r"pilot\.yaml: no such file$"):
        load_manifest(tmp_path)


@pytest.mark.parametrize("name", ["korpu", "out_of_scope"])
def test_no_pilot_takes_a_name_that_routing_uses_itself(name: str, tmp_path: Path):
    with pytest.raises(ManifestInvalid, match="the service's own"):
        load_manifest(write(tmp_path, manifest(name=name), name=name))


def test_a_model_writes_only_where_an_answer_has_no_form_of_its_own(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match="composer: generative goes with understanding: cards or documents"):
        load_manifest(write(tmp_path, manifest(more="composer: generative").replace("understanding: cards", "understanding: guided")))


def test_rules_for_a_model_belong_to_a_pilot_that_has_one(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match="generation belongs to composer: generative"):
        load_manifest(write(tmp_path, manifest(more="generation: {max_output_tokens: 100}")))
