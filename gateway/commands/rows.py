"""What a command lists: for programs as JSON, for people as a table."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

Row = dict[str, str]


def print_rows(rows: Sequence[Row], headings: Sequence[str], *, as_json: bool) -> None:
    """`headings` name the columns of the table in the order of a row's values; JSON has the rows' own keys."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table(*headings)
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)
