"""Look-ups are drawn as people write references, and a law that answers them scores 1."""

import json
from pathlib import Path

import pytest

from evaluation.lookups import Lookup, draw_lookups, measure, ordinal
from rag.passages import Passage


def passage(source_id: str, section: str, text: str = "", title: str = "Əmək Məcəlləsi") -> Passage:
    return Passage(id=f"{source_id}-{section}", pilot="laws", source_id=source_id, title=title, text=text, section=section)


@pytest.mark.parametrize(
    ("number", "spoken"),
    [("1", "1-ci"), ("3", "3-cü"), ("6", "6-cı"), ("9", "9-cu"), ("10", "10-cu"), ("40", "40-cı"), ("100", "100-cü"), ("1000", "1000-ci"),
     ("10-1", "10-1-ci"), ("14.3", "14.3-cü"), ("1.0", "1.0-cı")],
)  # fmt: skip
def test_numbers_take_the_ending_of_their_last_spoken_digit(number: str, spoken: str):
    assert ordinal(number) == spoken


def test_lookups_are_the_same_for_the_same_seed_and_spread_over_the_laws():
    passages = [passage("emek", str(number)) for number in range(1, 30)] + [passage("qisa", "1", title="Dövlət rüsumu haqqında")]
    lookups = draw_lookups(passages, count=60, seed=1)

    assert lookups == draw_lookups(passages, count=60, seed=1)
    assert sum(lookup.source_id == "qisa" for lookup in lookups) == 30
    assert {"clean", "ascii", "upper", "chat"} == {lookup.typing for lookup in lookups}
    assert all(lookup.section in lookup.query for lookup in lookups)


def test_a_clause_is_met_only_by_the_passage_that_holds_it():
    lookup = Lookup(query="", typing="clean", source_id="emek", section="14", clause="14.3-1")

    assert lookup.is_met_by(passage("emek", "14", "14.3. bir\n14.3-1. iki"))
    assert not lookup.is_met_by(passage("emek", "14", "14.3. bir"))
    assert not lookup.is_met_by(passage("mulki", "14", "14.3-1. iki"))


async def test_measures_a_whole_law_through_the_real_index(tmp_path: Path):
    lines = [
        {"law_id": law, "law_title": title, "article": str(number), "title": f"Ad {number}", "text": f"{number}.1. Mətn {law} {number}."}
        for law, title in (("emek", "Əmək Məcəlləsi"), ("mulki", "Mülki Məcəllə"))
        for number in range(1, 12)
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    figures = await measure(tmp_path, count=24, seed=3)

    assert figures["passages"] == 22
    assert figures["misses"] == []
    assert figures["first"] == dict.fromkeys(("all", "article", "ascii", "chat", "clause", "clean", "upper"), 1.0)


async def test_an_empty_folder_is_refused(tmp_path: Path):
    with pytest.raises(SystemExit, match="does not exist"):
        await measure(tmp_path, count=1, seed=1)
