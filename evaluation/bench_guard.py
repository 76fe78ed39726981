"""`make bench-guard`: how many lies the guard would show, and how many true sentences it would withhold.

The sentences are made from all service cards of the pilot: `evaluation/attacks.py` says how. No model is asked.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from evaluation.attacks import Statement, statements
from gateway.settings import load_settings
from pilots.grounding.connectives import load_connectives
from pilots.grounding.rows import Evidence, read_evidence
from pilots.grounding.verdict import judge
from pilots.registry import PILOTS_FOLDER, find_pilot, load_pilots
from rag.cards import load_deck
from rag.passages import Passage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_guard", description=__doc__)
    parser.add_argument("--pilot", default="citizen_chat")
    parser.add_argument("--show", type=int, default=5, help="how many wrongly judged sentences to print")
    arguments = parser.parse_args()
    pilot = find_pilot(load_pilots(load_settings().pilots_dir or PILOTS_FOLDER), arguments.pilot)
    deck = {card_id: card for path in pilot.corpus_paths for card_id, card in load_deck(path).items()}
    print(json.dumps(measure(statements(deck, pilot=pilot.name), show=arguments.show)))


def measure(made: Sequence[Statement], *, show: int = 0) -> dict[str, object]:
    """Judge every statement; print the lies by kind and the first sentences that were judged wrongly."""
    connectives = load_connectives()
    shown: list[Statement] = []
    withheld: list[Statement] = []
    lies: Counter[str] = Counter()
    for statement in made:
        is_supported = judge(statement.text, [_evidence(passage) for passage in statement.cited], connectives=connectives).is_supported
        if statement.lie is not None:
            lies[statement.lie] += 1
        if statement.lie is not None and is_supported:
            shown.append(statement)
        if statement.lie is None and not is_supported:
            withheld.append(statement)
    for kind, count in lies.most_common():
        print(f"{kind}: {count} lies, {sum(statement.lie == kind for statement in shown)} shown")
    for statement in (*shown[:show], *withheld[:show]):
        print(f"{'shown' if statement.lie else 'withheld'}: {statement.text}")
    truthful = len(made) - lies.total()
    return {
        "attacks": lies.total(),
        "unsupported_shown": len(shown),
        "truthful": truthful,
        "truthful_withheld": len(withheld),
        "withheld_share": round(len(withheld) / truthful, 4) if truthful else 0.0,
    }


@lru_cache(maxsize=10_000)
def _evidence(passage: Passage) -> Evidence:
    return read_evidence(passage)


if __name__ == "__main__":
    main()
