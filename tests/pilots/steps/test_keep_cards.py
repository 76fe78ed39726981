from pathlib import Path

from pilots.context import Context
from pilots.steps.keep_cards import KeepCards
from tests.pilots.small_pilot import context_of, found, write_deck


async def test_a_guide_found_beside_the_cards_does_not_choose_one(tmp_path: Path):
    context = await KeepCards(write_deck(tmp_path))(context_of("?", found("pasport"), found("beledci")))

    assert isinstance(context, Context)
    assert [scored.passage.source_id for scored in context.passages] == ["pasport"]
