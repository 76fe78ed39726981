import pytest

from evaluation.calibrating import Observed, Trade, observe_evidence, propose, trade_off
from evaluation.suites.output import ExtractiveOutput


def observed(key: str, certainty: float, *, in_scope: bool = True, is_answered: bool = True, is_right: bool = True) -> Observed:
    return Observed(key=key, cluster=key, in_scope=in_scope, is_answered=is_answered, is_right=is_right, certainty=certainty)


QUESTIONS = [
    observed("a", 0.9),
    observed("b", 0.6),
    observed("c", 0.3, is_right=False),
    observed("d", 1.0, is_answered=False, is_right=False),
    observed("e", 0.4, in_scope=False, is_right=False),
]


def values(trade: Trade) -> tuple[float | None, ...]:
    return tuple(figure.value if figure else None for figure in (trade.answered, trade.accuracy, trade.refused))


def test_a_limit_trades_answers_against_errors():
    trades = {trade.limit: trade for trade in trade_off(QUESTIONS)}
    free, strict = trades[0], trades[0.5]

    assert values(free) == (0.75, pytest.approx(2 / 3, abs=1e-6), 0)
    assert values(strict) == (0.5, 1, 1)
    assert (strict.lost, strict.avoided) == (0, 2)
    assert trades[0.7].lost == 1


def test_the_largest_limit_that_keeps_enough_answered_is_proposed():
    trades = trade_off(QUESTIONS)

    assert propose(trades, answered=0.75).limit == 0.3
    assert propose(trades, answered=0.5).limit == 0.6
    assert propose(trades, answered=0.99).limit == 0


def test_on_a_folder_the_unseen_certainty_and_the_composed_answer_count():
    def output(variant: str, *lines: str, certainty: float | None = None) -> ExtractiveOutput:
        return ExtractiveOutput(
            key="q", variant=variant, asked=("q",), latency_ms=1, answerable=True, evidence=("x y",), lines=lines, certainty=certainty, group="g"
        )

    outputs = [output("clean", "x y", certainty=0.1), output("cross_validated", "z", certainty=0.7), output("as_answered", "x y")]

    assert observe_evidence(outputs) == [Observed(key="q", cluster="g", in_scope=True, is_answered=True, is_right=True, certainty=0.7)]
