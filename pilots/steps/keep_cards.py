"""Sets aside what search found beyond the cards, so that a guide's scores do not stand against those of the cards."""

from collections.abc import Mapping
from dataclasses import replace

from pilots.context import Context, Draft
from rag.cards import ServiceCard


class KeepCards:
    def __init__(self, deck: Mapping[str, ServiceCard]) -> None:
        self._deck = deck

    async def __call__(self, context: Context) -> Context | Draft:
        return replace(context, passages=tuple(found for found in context.passages if found.passage.source_id in self._deck))
