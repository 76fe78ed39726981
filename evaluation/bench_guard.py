"""`make bench-guard`: what a lying model would get past the guard, and what of the truth the guard would withhold.

First whole pipelines over the pilot's cards are asked before a scripted server that lies in every way of `evaluation/adversary` and
then restates the truth; what a person would see is compared with what the server falsified, not with what the guard thinks. Then the
guard alone judges the sentences of `evaluation/attacks.py` over all cards.
"""

import argparse
import asyncio
import json
import logging
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from evaluation.adversary.trial import Outcome, all_attacks, open_trial
from evaluation.attacks import Statement, statements
from evaluation.dataset import load_cases
from gateway.settings import load_settings
from pilots.answer import AnswerStatus
from pilots.grounding.connectives import load_connectives
from pilots.grounding.rows import Evidence, read_evidence
from pilots.grounding.verdict import judge
from pilots.registry import PILOTS_FOLDER, Pilot, find_pilot, load_pilots
from rag.cards import load_deck
from rag.passages import Passage


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_guard", description=__doc__)
    parser.add_argument("--pilot", default="citizen_chat", help="a pilot of cards")
    parser.add_argument("--show", type=int, default=5, help="how many wrongly judged sentences of a kind to print")
    parser.add_argument("--times", type=int, default=1, help="on how many questions each lie is tried, in both prompt styles")
    arguments = parser.parse_args()
    # Thousands of provoked faults say nothing new.
    logging.disable(logging.ERROR)
    pilot = find_pilot(load_pilots(load_settings().pilots_dir or PILOTS_FOLDER), arguments.pilot)
    outcome = asyncio.run(try_pipelines(pilot, times=arguments.times))
    show_outcome(outcome, show=arguments.show)
    deck = {card_id: card for path in pilot.corpus_paths for card_id, card in load_deck(path).items()}
    sentences = measure(statements(deck, pilot=pilot.name), show=arguments.show)
    print(json.dumps(figures_of(outcome) | {"sentences": sentences}))


async def try_pipelines(pilot: Pilot, *, times: int = 1, every: int = 1, every_question: int = 1) -> Outcome:
    """Try every lie and restate the truth of every question; only each `every`-th lie and `every_question`-th question when asked so."""
    questions = own_questions(pilot.folder)[::every_question]
    outcome = Outcome()
    async with open_trial(pilot) as trial:
        answered = await trial.answered(questions)
        await trial.tell_truths(answered, outcome)
        await trial.lie(all_attacks()[::every], answered, outcome, times=times)
        await trial.lie_about_planted_lines(outcome)
    return outcome


def own_questions(folder: Path) -> list[str]:
    """Return the pilot's own Azerbaijani cases that stand alone and have an answer; held-out ones are left alone."""
    cases = load_cases(sorted(folder.glob("cases*.jsonl")))
    return [case.question for case in cases if case.expected_status is AnswerStatus.ANSWERED and not case.context and case.language == "az"]


def figures_of(outcome: Outcome) -> dict[str, object]:
    """`attacks` are distinct ways to lie that were tried, `runs` the answers that they were tried on."""
    return {
        "attacks": len(outcome.attacks),
        "runs": outcome.runs,
        "unsupported_shown": len(outcome.breaches),
        "truthful": outcome.truthful,
        "truthful_withheld": len(outcome.withheld),
        "withheld_share": round(len(outcome.withheld) / outcome.truthful, 4) if outcome.truthful else 0.0,
    }


def show_outcome(outcome: Outcome, *, show: int) -> None:
    breached = Counter(breach.attack for breach in outcome.breaches)
    for family, runs in outcome.by_family.most_common():
        print(f"{family}: {runs} answers")
    for breach in outcome.breaches[:show]:
        print(f"shown ({breach.attack}, {breach.style}, {breached[breach.attack]} times): {breach.seen}")
    for lost in outcome.withheld[:show]:
        print(f"withheld ({lost.style}): {lost.text}")


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
