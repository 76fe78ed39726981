"""A true figure without its case: «rüsum 31 manatdır», where another row of the same table says 93."""

from collections.abc import Sequence

from pilots.grounding.claims import read_claims
from pilots.grounding.rows import Row, content_stems
from pilots.grounding.verdict import covers, is_same, says_all, split_by_amounts

IDENTIFIERS = ("article", "clause", "part")


def is_ambiguous(sentence: str, cited: Sequence[Row], every: Sequence[Row], *, connectives: frozenset[str]) -> bool:
    """Tell whether a row that the sentence fits just as well gives another figure of the same unit.

    Each amount of a sentence with several is looked at with its own case. `cited` are the rows that the sentence rests on, `every` all
    rows of the answer's sources. A row with more words than the nearest of the cited ones is about a narrower case, and does not count.
    """
    return any(_is_ambiguous(part, cited, every, connectives) for part in split_by_amounts(sentence, connectives=connectives))


def _is_ambiguous(sentence: str, cited: Sequence[Row], every: Sequence[Row], connectives: frozenset[str]) -> bool:
    figures = [quantity for quantity in read_claims(sentence).quantities if quantity.unit not in IDENTIFIERS]
    quantities = [quantity for quantity in figures if quantity.unit is not None]
    content = content_stems(sentence) - connectives
    nearest = min((len(row.stems) for row in cited if covers(row, content) and says_all(row, (), quantities)), default=None)
    if nearest is None:
        return False
    for quantity in quantities:
        circumstances = [other for other in figures if other is not quantity]
        for row in every:
            if len(row.stems) > nearest or not covers(row, content) or not says_all(row, (), circumstances):
                continue
            own = [told for told in row.claims.quantities if told.unit == quantity.unit]
            if own and not any(is_same(told, said) for told in own for said in quantities):
                return True
    return False
