import os
from pathlib import Path

import pytest

from evaluation.stemming import load_forms, main, score_grouping
from rag.stemming import stem_key

REPOSITORY = Path(__file__).parents[2]
UNIMORPH = Path(os.environ.get("KORPU_SHARED_DATA", REPOSITORY / ".." / "shared" / "data")) / "unimorph_aze"


def write_table(folder: Path) -> Path:
    rows = ["ev\tevlər\tN;NOM;PL", "ev\tevdə\tN;LOC;SG", "at\tatlar\tN;NOM;PL", ""]
    (folder / "aze.tsv").write_text("\n".join(rows), encoding="utf-8")
    return folder


def test_a_key_that_tells_all_words_apart_finds_no_pair(tmp_path: Path) -> None:
    score = score_grouping(lambda word: word, load_forms(write_table(tmp_path)))
    assert (score.precision, score.recall, score.f1) == (1.0, 0.0, 0.0)


def test_a_key_that_tells_none_apart_has_full_recall_and_low_precision(tmp_path: Path) -> None:
    score = score_grouping(lambda _: "", load_forms(write_table(tmp_path)))
    assert score.recall == 1.0
    assert score.precision == pytest.approx(4 / 10)  # three pairs of ev, one of at, among five forms


def test_the_right_key_scores_one(tmp_path: Path) -> None:
    assert score_grouping(lambda word: word[:2], load_forms(write_table(tmp_path))).f1 == 1.0


def test_the_command_prints_both_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["stemming", str(write_table(tmp_path))])
    main()
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["prefix-5", "stem_key"]


@pytest.mark.data
@pytest.mark.skipif(not UNIMORPH.is_dir(), reason="shared data is not beside the repository")
def test_the_stem_key_groups_forms_better_than_five_letters() -> None:
    lemmas = load_forms(UNIMORPH)
    ours, prefix = score_grouping(stem_key, lemmas), score_grouping(lambda word: word[:5], lemmas)
    assert ours.precision >= 0.99 > prefix.precision
    assert ours.recall >= 0.93 > prefix.recall
    assert ours.f1 >= 0.96 > prefix.f1
