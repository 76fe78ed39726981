"""The metrics and labels that a PromQL expression names."""

from collections.abc import Iterator
from typing import Any

import promql_parser


def parse(expression: str) -> Any:
    """Return the syntax tree. Raises ValueError when it is not PromQL."""
    return promql_parser.parse(expression)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportAttributeAccessIssue]


def selectors(tree: Any) -> Iterator[tuple[str, set[str]]]:
    """Yield each metric that is selected, with the labels that are asked of it, its groupings included."""
    yield from _selectors(tree, frozenset())


def _selectors(tree: Any, grouped: frozenset[str]) -> Iterator[tuple[str, set[str]]]:
    match type(tree).__name__:
        case "VectorSelector":
            yield tree.name, {matcher.name for matcher in tree.matchers.matchers} | grouped
        case "MatrixSelector":
            yield from _selectors(tree.vector_selector, grouped)
        case "AggregateExpr":
            labels = frozenset(tree.modifier.labels) if tree.modifier else frozenset[str]()
            yield from _selectors(tree.expr, grouped | labels)
        case "BinaryExpr":
            yield from _selectors(tree.lhs, grouped)
            yield from _selectors(tree.rhs, grouped)
        case "Call":
            for argument in tree.args:
                yield from _selectors(argument, grouped)
        case "ParenExpr" | "UnaryExpr":
            yield from _selectors(tree.expr, grouped)
        case "NumberLiteral":
            return
        case other:
            raise AssertionError(f"{other}: no case for it")
