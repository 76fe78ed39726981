"""Looks up in the pilot's own index the places of laws on which the shown lines of a card rest."""

from collections.abc import Mapping
from dataclasses import replace

from pilots.context import Context, Draft
from pilots.legal_basis import LegalBasis, parse_bases, quote_law
from pilots.rungs import Rung
from pilots.selecting import select
from pilots.sources import PassageSource
from rag.cards import Benefit, Fee, ServiceCard
from rag.passages import ScoredPassage

# Each look-up embeds its query once more (16–50 ms); the rows of one table stand in one or two articles.
MAX_LOOKUPS = 3
TOP_K = 12


class FindArticles:
    """Replaces the passages of the search, which have chosen the card, with those of the laws that the card names.

    Raises CollectionMissing, IndexUnavailable or RetrievalFailed as the search itself does.
    """

    def __init__(self, source: PassageSource, deck: Mapping[str, ServiceCard], *, pilot: str) -> None:
        self._source = source
        self._deck = deck
        self._pilot = pilot

    async def __call__(self, context: Context) -> Context | Draft:
        found: dict[str, ScoredPassage] = {}
        lookups = 0
        for basis in bases_of(context):
            if lookups < MAX_LOOKUPS and quote_law(basis, found.values()) is None:
                lookups += 1
                for scored in await self._source.retrieve(basis.query, pilot=self._pilot, top_k=TOP_K, as_of=context.question.as_of):
                    # A card names its legal basis too, but is no source for it. A passage may come by look-up for one place only.
                    if scored.passage.source_id not in self._deck and (scored.is_lookup or scored.passage.id not in found):
                        found[scored.passage.id] = scored
        rungs = tuple(dict.fromkeys((*context.rungs, Rung.LEXICAL))) if any(law.by_words_alone for law in found.values()) else context.rungs
        return replace(context, passages=tuple(found.values()), rungs=rungs)


def bases_of(context: Context) -> list[LegalBasis]:
    """Return the places that the shown rows of the context's card name; those of the whole card when no row names one."""
    card = context.card
    if card is None:
        return []
    items = [item for _, shown in select(card, context.reading).lines for item in shown]
    of_rows = [basis for item in items if isinstance(item, Fee | Benefit) and item.legal_basis for basis in parse_bases(item.legal_basis)]
    return list(dict.fromkeys(of_rows or bases_of_card(card)))


def bases_of_card(card: ServiceCard) -> list[LegalBasis]:
    return [basis for fact in card.legal_basis for basis in parse_bases(fact.text)]
