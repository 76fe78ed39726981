"""How old the cards are that a pilot answers from."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import structlog
from opentelemetry import metrics

from pilots.registry import Pilot
from rag.baku_time import today_in_baku
from rag.cards import load_deck
from rag.errors import CardInvalid
from serving import semconv

meter = metrics.get_meter("korpu.gateway")
cards = meter.create_gauge("korpu.cards", unit="{card}", description="cards that a pilot answers from")
cards_overdue = meter.create_gauge("korpu.cards.overdue", unit="{card}", description="cards past their review_by")
overdue_days = meter.create_gauge("korpu.cards.overdue.longest", unit="d", description="days since the review_by that passed first, 0 when none has")


REFRESH_PERIOD_S = 6 * 60 * 60


@dataclass(frozen=True, slots=True)
class Freshness:
    """`longest_days` is 0 when no card is overdue."""

    cards: int
    overdue: int
    longest_days: int


def measure_freshness(pilot: Pilot, *, today: date) -> Freshness:
    """Read the review dates of a pilot's cards; documents have none. Blocks: call it in a thread.

    Raises:
        CardInvalid: a card breaks the schema.
    """
    places = pilot.corpus_paths if pilot.manifest.understanding != "documents" else ()
    late = [(today - card.review_by).days for place in places for card in load_deck(place).values()]
    overdue = [days for days in late if days > 0]
    return Freshness(cards=len(late), overdue=len(overdue), longest_days=max(overdue, default=0))


def record_freshness(pilots: Iterable[Pilot], *, today: Callable[[], date] = today_in_baku) -> None:
    """Set the gauges of these pilots. Blocks as `measure_freshness` does and raises what it raises."""
    for pilot in pilots:
        freshness = measure_freshness(pilot, today=today())
        label = {semconv.PILOT: pilot.name}
        cards.set(freshness.cards, label)
        cards_overdue.set(freshness.overdue, label)
        overdue_days.set(freshness.longest_days, label)


async def keep_freshness(pilots: Mapping[str, Pilot]) -> None:
    """Set the gauges again a few times a day, because cards age while a gateway runs. Opening a pilot sets its own first."""
    while True:
        await asyncio.sleep(REFRESH_PERIOD_S)
        try:
            await asyncio.to_thread(record_freshness, list(pilots.values()))
        except CardInvalid as error:
            structlog.stdlib.get_logger(__name__).error("freshness_failed", exc_info=error)
