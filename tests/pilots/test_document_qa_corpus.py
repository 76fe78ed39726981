"""The guides of document_qa load as they stand, and every case of theirs asks for something that they say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rag.azerbaijani import fold
from rag.chunking import estimate_tokens
from rag.loaders import load_passages
from rag.passages import TrustTier

PILOT = Path(__file__).parents[2] / "pilots" / "document_qa"
CASES: list[dict[str, Any]] = [json.loads(line) for line in (PILOT / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
GUIDES = sorted((PILOT / "corpus").glob("*.md"))


def test_every_guide_loads_with_a_title_and_headings():
    loaded = load_passages([PILOT / "corpus"], pilot="document_qa", trust=TrustTier.GUIDE, count_tokens=estimate_tokens)

    assert loaded.skipped == []
    assert {p.source_id for p in loaded.passages} == {path.stem for path in GUIDES}
    assert all(p.title and p.locator for p in loaded.passages)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_names_its_source_in_the_front_matter(path: Path):
    assert re.search(r"^source: .{20,}$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_cases_are_many_and_cover_every_guide_and_way_of_typing():
    assert len(CASES) >= 70
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert {source for case in CASES for source in case["expected_sources"]} == {path.stem for path in GUIDES}
    kinds = {"plain", "ascii", "upper", "chat", "typo", "followup", "no_source", "out_of_scope", "personal", "injection"}
    assert {case["kind"] for case in CASES} == kinds


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_expects_only_what_its_guide_says(case: dict[str, Any]):
    guides = fold("\n".join((PILOT / "corpus" / f"{source}.md").read_text(encoding="utf-8") for source in case["expected_sources"]))

    assert bool(case["expected_sources"]) == (case["expected_status"] == "answered")
    assert [fact for fact in case["expected_facts"] if fold(fact) not in guides] == []
    assert (case["kind"] == "followup") == bool(case.get("context"))
