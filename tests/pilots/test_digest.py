from pathlib import Path

import pytest

from pilots.digest import digest_pilot
from pilots.registry import load_pilots
from tests.pilots.small_pilot import write_pilot


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed: true", encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "differs"),
    [
        ("kicik_pilot/corpus/pasport.yaml", True),
        ("kicik_pilot/corpus/new.yaml", True),
        ("kicik_pilot/taxonomy.yaml", True),
        ("uploads/kicik_pilot/a.md", True),
        ("kicik_pilot/README.md", False),
        ("kicik_pilot/cases-b.jsonl", False),
        ("kicik_pilot/sealed-2026-11.jsonl", False),
        ("kicik_pilot/corpus/.swap", False),
        ("uploads/another/a.md", False),
    ],
)
def test_a_digest_changes_with_what_is_answered_from(tmp_path: Path, path: str, differs: bool) -> None:
    pilot = write_pilot(tmp_path)
    before = digest_pilot(pilot, uploads=tmp_path / "uploads")
    touch(tmp_path / path)
    assert (digest_pilot(pilot, uploads=tmp_path / "uploads") != before) is differs


def test_a_renamed_card_is_another_state(tmp_path: Path) -> None:
    pilot = write_pilot(tmp_path)
    before = digest_pilot(pilot, uploads=tmp_path / "uploads")
    (pilot.folder / "corpus" / "pasport.yaml").rename(pilot.folder / "corpus" / "passport.yaml")
    assert digest_pilot(pilot, uploads=tmp_path / "uploads") != before


def test_a_borrowed_corpus_counts(tmp_path: Path) -> None:
    lender = write_pilot(tmp_path)
    home = tmp_path / "borrower"
    home.mkdir()
    manifest = (lender.folder / "pilot.yaml").read_text(encoding="utf-8").replace("name: kicik_pilot", "name: borrower")
    (home / "pilot.yaml").write_text(manifest + "corpus: [{path: ../kicik_pilot/corpus}]\n", encoding="utf-8")
    pilot = load_pilots(tmp_path)["borrower"]
    before = digest_pilot(pilot, uploads=tmp_path / "uploads")
    touch(lender.folder / "corpus" / "pasport.yaml")
    assert digest_pilot(pilot, uploads=tmp_path / "uploads") != before


def test_a_digest_does_not_depend_on_the_place(tmp_path: Path) -> None:
    digests = {digest_pilot(write_pilot(tmp_path / name), uploads=tmp_path / name) for name in ("here", "there")}
    assert len(digests) == 1
