"""Several lines of a list of documents said in one sentence: «Şəkil və iş yerindən arayış lazımdır»."""

import re
from collections.abc import Sequence

from pilots.grounding.claims import stem_of
from pilots.grounding.rows import Evidence, Row, bounds_of, content_stems, is_form, is_negative

NEEDED = re.compile(r"(?P<list>.+?)\s+(?:lazımdır|tələb olunur|tələb edilir|olmalıdır|təqdim edilir)[.!]?", re.IGNORECASE)
JOINTS = re.compile(r"\s*,\s+|\s+(?:və|həmçinin|habelə)\s+", re.IGNORECASE)
DOCUMENTS = stem_of("sənədlər")
LEAST_SAID = 0.75
"""The share of a line's own words that its place in the sentence must say: each line is restated, not hinted at."""


def is_list_of_needed(sentence: str, passage: Evidence, *, connectives: frozenset[str]) -> bool:
    """Tell whether a sentence only lists lines of a passage that itself is a list of the documents needed.

    Of such lines any may be said together. Elsewhere two rows make no sentence: what one says, the other may take back.
    """
    if DOCUMENTS not in passage.heading_stems or is_negative(sentence) or (found := NEEDED.fullmatch(sentence.strip())) is None:
        return False
    return _is_made_of(JOINTS.split(found["list"]), [row for row in passage.rows if not row.is_negative], connectives)


def _is_made_of(parts: Sequence[str], rows: Sequence[Row], connectives: frozenset[str]) -> bool:
    """Tell whether the parts, some of them joined again, are lines: «anket və foto» may be one line or two."""
    if not parts:
        return True
    return any(
        _restates(" və ".join(parts[:size]), row, connectives) and _is_made_of(parts[size:], rows, connectives)
        for size in range(1, len(parts) + 1)
        for row in rows
    )


def _restates(part: str, row: Row, connectives: frozenset[str]) -> bool:
    said, own = content_stems(part) - connectives, content_stems(row.text) - connectives
    if not said or not own or bounds_of(part) != row.bounds or row.claims.quantities:
        return False
    told = sum(word in said or is_form(word, said) for word in own)
    return all(word in own or is_form(word, own) for word in said) and told >= LEAST_SAID * len(own)
