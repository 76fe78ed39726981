from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pilots.answer import Question
from pilots.context import Context
from pilots.steps.find_articles import MAX_LOOKUPS, FindArticles, bases_of
from rag.cards import Fact, ServiceCard
from tests.pilots.small_pilot import ScriptedSource, context_of, found, write_deck

LAW = "«Sınaq haqqında» Qanun, maddə "


def named(card: ServiceCard, *places: str) -> ServiceCard:
    rows = tuple(row.model_copy(update={"legal_basis": f"{LAW}{place}"}) for row, place in zip(card.fees, places, strict=True))
    return card.model_copy(update={"fees": rows})


@pytest.fixture
def lost(tmp_path: Path) -> ServiceCard:
    return named(write_deck(tmp_path)["vesiqe-itirilmis"], "7.1", "7.2")


async def test_each_place_of_the_shown_rows_is_looked_up(lost: ServiceCard):
    source = ScriptedSource()

    await FindArticles(source, {}, pilot="p")(context_of("rüsum neçəyədir", card=lost))

    assert source.queries == [f"{LAW}7.1", f"{LAW}7.2"]


async def test_a_row_that_is_not_shown_is_not_looked_up(lost: ServiceCard):
    source = ScriptedSource()

    await FindArticles(source, {}, pilot="p")(context_of("rüsum 1 günə neçəyədir", card=lost))

    assert source.queries == [f"{LAW}7.2"]


async def test_places_that_one_look_up_has_brought_are_not_looked_up_again(lost: ServiceCard):
    held = found("qanun", "Maddə 7.\n7.1. on gün 31 manat\n7.2. bir gün 93 manat", is_lookup=True)
    held = replace(held, passage=replace(held.passage, title="Sınaq haqqında", section="7"))
    source = ScriptedSource([held])

    context = await FindArticles(source, {}, pilot="p")(context_of("rüsum neçəyədir", card=lost))

    assert len(source.queries) == 1
    assert isinstance(context, Context)
    assert context.passages == (held,)


async def test_a_card_is_no_source_for_its_own_legal_basis_and_the_search_before_is_forgotten(lost: ServiceCard):
    context = await FindArticles(ScriptedSource([found(lost.id)]), {lost.id: lost}, pilot="p")(context_of("rüsum", found("pasport"), card=lost))

    assert isinstance(context, Context)
    assert context.passages == ()


async def test_look_ups_are_few_however_many_places_a_card_names(lost: ServiceCard):
    many = lost.model_copy(update={"fees": (), "legal_basis": (Fact(text=f"{LAW}1, 2, 3, 4 və 5.", source="law"),)})
    source = ScriptedSource()

    await FindArticles(source, {}, pilot="p")(context_of("hansı sənədlər", card=many))

    assert len(bases_of(context_of("hansı sənədlər", card=many))) == 5
    assert len(source.queries) == MAX_LOOKUPS


async def test_the_law_is_looked_up_as_it_was_on_the_day_of_the_question(lost: ServiceCard):
    source = ScriptedSource()
    day = date(2023, 6, 1)

    await FindArticles(source, {}, pilot="p")(context_of(Question(text="rüsum 1 günə neçəyədir", as_of=day), card=lost))

    assert source.days == [day]
