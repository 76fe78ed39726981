"""What an edit changed, word by word, for the eye and for a screen reader."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: `kept` in both, `removed` from the first, or `added` by the second."""

    kind: Literal["kept", "removed", "added"]
    text: str


def word_diff(before: str, after: str) -> list[Change]:
    """Return both texts as one sequence of stretches. Kept and removed ones make up `before`, kept and added ones `after`."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    changes: list[Change] = []
    for operation, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            changes.append(Change("kept", "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            changes.append(Change("removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            changes.append(Change("added", "".join(new[new_from:new_to])))
    return changes
