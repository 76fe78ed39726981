from pathlib import Path

import pytest

from pilots.errors import ManifestInvalid
from pilots.registry import load_pilots
from pilots.triage.taxonomy import OTHER, load_taxonomy, topic_names
from rag.cards import ServiceCard, load_deck

PILOT = load_pilots()["appeal_triage"]


def deck() -> dict[str, ServiceCard]:
    return {card_id: card for path in PILOT.corpus_paths for card_id, card in load_deck(path).items()}


def copy_of(folder: Path, *, topics: tuple[str, str] | None = None, cues: str | None = None) -> Path:
    written = (PILOT.folder / "topics.yaml").read_text(encoding="utf-8")
    (folder / "topics.yaml").write_text(written.replace(*topics) if topics else written, encoding="utf-8")
    (folder / "cues.yaml").write_text(cues or (PILOT.folder / "cues.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_every_topic_has_an_agency_with_a_source():
    taxonomy = load_taxonomy(PILOT.folder, deck())

    assert len(taxonomy.topics) >= 12
    assert topic_names(PILOT.folder) == [*taxonomy.topics, OTHER]
    for topic in taxonomy.topics.values():
        card = taxonomy.cards[topic.card]
        assert card.agency is not None
        assert card.sources[card.agency.source].url


def test_the_terms_are_those_of_the_laws_card():
    deadlines = load_taxonomy(PILOT.folder, deck()).deadlines

    assert [rule.working_days for rule in (deadlines.answer, deadlines.studied, deadlines.forward)] == [15, 30, 3]
    assert "maddə 10.1" in deadlines.answer.fact.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("working_days: 15", "working_days: 14"), "does not say 14 working days"),
        (("Müraciətə 15 iş günü", "Müraciətə baxılmır"), "no sentence that begins"),
        (("card: qaz-muracieti", "card: neft-muracieti"), r"topics\.gas\.card"),
        (("min_confidence: 0.6", "min_confidence: 6"), "min_confidence"),
        (("card: vetendas-muracieti", "card: basqa"), r"deadlines\.card"),
    ],
)
def test_a_taxonomy_that_its_cards_do_not_carry_is_refused(tmp_path: Path, change: tuple[str, str], reason: str):
    with pytest.raises(ManifestInvalid, match=reason):
        load_taxonomy(copy_of(tmp_path, topics=change), deck())


def test_cues_of_no_topic_are_refused(tmp_path: Path):
    with pytest.raises(ManifestInvalid, match="weather is no topic"):
        load_taxonomy(copy_of(tmp_path, cues="weather: [yağış]"), deck())
