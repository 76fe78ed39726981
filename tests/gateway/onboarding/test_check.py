from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gateway.onboarding.check import check_folder
from gateway.onboarding.findings import Severity
from gateway.onboarding.scaffold import NewPilot, write_card, write_pilot
from pilots.registry import Pilot, load_pilots
from rag.cards import load_card
from tests.gateway.commands.library import PILOT, READERS_CARD, write_team_files

TODAY = date(2026, 6, 1)
PACKAGED = load_pilots()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new = NewPilot(
        name=PILOT,
        title_az="Kitabxana",
        title_en="Library",
        title_ru="Библиотека",
        purpose="Answers readers.",
        agency="Kitabxana",
        contact="100",
    )
    folder = write_pilot(new, tmp_path, served={}, today=TODAY)
    write_team_files(folder)
    return folder


def found(folder: Path, severity: Severity) -> list[tuple[str, str]]:
    return [(finding.place, finding.message) for finding in check_folder(folder, today=TODAY) if finding.severity is severity]


@pytest.mark.parametrize("pilot", PACKAGED.values(), ids=PACKAGED.keys())
def test_every_packaged_pilot_is_sound(pilot: Pilot) -> None:
    assert found(pilot.folder, Severity.ERROR) == []


def test_a_sound_pilot_has_no_error(folder: Path) -> None:
    assert found(folder, Severity.ERROR) == []


def test_a_filled_in_template_is_a_card(folder: Path) -> None:
    path = write_card(folder, "yeni-bilet", today=TODAY)
    text = path.read_text(encoding="utf-8")
    for mark, value in (("one of the words above", "education"), ("amount in manat", "3"), ("date of the source", "2026-03")):
        text = text.replace(f"‹{mark}›", value)
    path.write_text(text, encoding="utf-8")
    assert load_card(path).review_by > TODAY
    assert {place.partition(":")[0] for place, _ in found(folder, Severity.ERROR)} == {"corpus/yeni-bilet.yaml"}


def edit_manifest(before: str, after: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "pilot.yaml"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    return edit


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, text: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (edit_manifest("path: corpus", "path: sources"), "pilot.yaml:22", "corpus sources does not exist"),
        (edit_manifest("name: kitabxana_kartlari", "name: kitabxana"), "pilot.yaml:3", "name: kitabxana must equal the folder's name"),
        (edit_manifest("  origins: []", "  person: telefon"), "pilot.yaml:50", "web.person: moved to `hand_over`"),
        (write("pilot.yaml", "name: [kit\n"), "pilot.yaml:2", "did not find expected"),
        (write("corpus/kohne.docx", "no docx"), "corpus/kohne.docx", "content is something else"),
        (write("corpus/bos.yaml", ""), "corpus/bos.yaml:1", "must be keys with their values"),
        (write("corpus/basqa.yaml", READERS_CARD), "corpus/basqa.yaml:1", "id: oxucu-bileti must equal the file's name"),
        (
            write("corpus/oxucu-bileti.yaml", READERS_CARD.replace("source: qayda", "source: qanun", 1)),
            "corpus/oxucu-bileti.yaml:1",
            "unknown sources",
        ),
        (
            edit_manifest("audience: citizens", "hand_over: corpus/yox.yaml\naudience: citizens"),
            "pilot.yaml:16",
            "hand_over: there is no card corpus/yox.yaml",
        ),
        (
            edit_manifest("audience: citizens", "hand_over: corpus/oxucu-bileti.yaml\naudience: citizens"),
            "pilot.yaml:16",
            "hand_over: the card corpus/oxucu-bileti.yaml has no contacts",
        ),
        (write("cases.jsonl", ""), "cases.jsonl", "0 cases, at least 10"),
        (write("cases-b.jsonl", "no JSON"), "cases-b.jsonl:1", "Invalid JSON"),
    ],
)
def test_an_error_is_found_where_it_stands(folder: Path, change: Callable[[Path], None], place: str, words: str) -> None:
    change(folder)
    assert [message for where, message in found(folder, Severity.ERROR) if where == place and words in message]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (edit_manifest("wrong_facts: 0", "wrong_facts: 3"), "pilot.yaml:39", "lets wrong facts"),
        (edit_manifest("completeness: 0.93", "completeness: 0.5"), "pilot.yaml:37", "below the usual 0.93"),
        (edit_manifest("questions_per_minute: 20", "questions_per_minute: 5000"), "pilot.yaml:28", "is no person"),
        (edit_manifest("retention_days: 30", "retention_days: 365"), "pilot.yaml:26", "365 days"),
        (edit_manifest('ru: "Библиотека"', 'ru: "Library"'), "pilot.yaml:7", "title.ru has no Russian letter"),
        (edit_manifest('en: "Library"', 'en: "Kitabxana"'), "pilot.yaml:6", "are the same text"),
        (remove("README.md"), "README.md", "there is no README"),
        (
            write("corpus/basqa.yaml", READERS_CARD.replace("id: oxucu-bileti", "id: basqa")),
            "corpus/oxucu-bileti.yaml:6",
            "«kitabxana bileti» belongs to basqa too",
        ),
        (write("corpus/oxucu-bileti.yaml", READERS_CARD.replace("as_of: 2026-03-15", "as_of: 2027-01-01")), "corpus/oxucu-bileti.yaml:31", "future"),
    ],
)
def test_what_a_person_should_weigh_is_a_warning(folder: Path, change: Callable[[Path], None], place: str, words: str) -> None:
    change(folder)
    assert [message for where, message in found(folder, Severity.WARNING) if where == place and words in message], found(folder, Severity.WARNING)


def test_documents_are_read_as_the_gateway_reads_them(folder: Path) -> None:
    edit_manifest("understanding: cards", "understanding: documents")(folder)
    for card in (folder / "corpus").iterdir():
        card.unlink()
    assert ("pilot.yaml:22", "corpus corpus holds nothing that can be read") in found(folder, Severity.ERROR)
    write("corpus/qayda.md", "# Qayda\n\nOxucu bileti 3 AZN ödənişlə verilir.\n")(folder)
    assert not [place for place, _ in found(folder, Severity.ERROR) if not place.startswith("cases.jsonl")]


def test_a_broken_contact_card_is_reported_once_and_where_it_stands(folder: Path) -> None:
    broken = READERS_CARD.replace("source: qayda", "source: qanun", 1)
    edit_manifest("audience: citizens", "hand_over: corpus/oxucu-bileti.yaml\naudience: citizens")(folder)
    write("corpus/oxucu-bileti.yaml", broken)(folder)
    assert [place for place, _ in found(folder, Severity.ERROR)] == ["corpus/oxucu-bileti.yaml:1"]


def test_a_broken_contact_card_outside_of_the_corpus_is_reported_where_it_is_named(folder: Path) -> None:
    edit_manifest("audience: citizens", "hand_over: elaqe/oxucu-bileti.yaml\naudience: citizens")(folder)
    write("elaqe/oxucu-bileti.yaml", READERS_CARD.replace("source: qayda", "source: qanun", 1))(folder)
    ((place, message),) = found(folder, Severity.ERROR)
    assert (place, "unknown sources" in message) == ("pilot.yaml:16", True)
