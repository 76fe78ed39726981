"""What an attack is, and how lying sentences become replies."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from evaluation.adversary.prompts import Line, Prompt, Row
from evaluation.adversary.replies import Mark, Reply, Said, in_pieces, write

Make = Callable[[Prompt, Random], Reply | None]


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to lie. `make` returns None for a prompt that does not offer what the lie is made of."""

    name: str
    family: str
    make: Make


def lying(prompt: Prompt, texts: str | Sequence[str], marks: Iterable[Sequence[str]], *, cited: Sequence[int] | None = None) -> Reply:
    """Return a reply of these sentences, all citing the same documents, every document unless others are named."""
    numbers = tuple(prompt.numbers if cited is None else cited)
    said = tuple(Said(text, numbers) for text in ([texts] if isinstance(texts, str) else texts))
    return Reply(pieces=in_pieces(write(said, prompt.style)), marks=tuple(Mark(tuple(tokens)) for tokens in marks), said=said)


def raw_marked(reply: Reply, *tokens: str) -> Reply:
    return Reply(pieces=reply.pieces, marks=(*reply.marks, *(Mark((token,), raw=True) for token in tokens)), said=reply.said)


def pick_row(prompt: Prompt, draw: Random) -> Row | None:
    """Return a row of a table, one with a case or term if there is one."""
    rows = [row for row in prompt.rows if row.subject] or list(prompt.rows)
    return draw.choice(rows) if rows else None


def pick_line(prompt: Prompt, draw: Random) -> Line | None:
    return draw.choice(prompt.plain_lines) if prompt.plain_lines else None


def told(row: Row) -> str:
    """Return how a sentence about a row begins: its case and what is paid."""
    return f"{row.subject} üçün {row.name.lower()}" if row.subject else row.name


def about_row(name: str, family: str, text: Callable[[Row], str], *marks: Callable[[Row], Sequence[str]]) -> Attack:
    """A lie about one row: its sentence, and the tokens that stand together in no true one."""

    def make(prompt: Prompt, draw: Random) -> Reply | None:
        row = pick_row(prompt, draw)
        return lying(prompt, text(row), [mark(row) for mark in marks], cited=(row.line.n,)) if row else None

    return Attack(name, family, make)


def about_line(name: str, family: str, text: Callable[[str], str], *marks: Sequence[str]) -> Attack:
    """A lie around a line without figures of money: `text` gets the line without its full stop."""

    def make(prompt: Prompt, draw: Random) -> Reply | None:
        line = pick_line(prompt, draw)
        return lying(prompt, text(line.text.rstrip(". ")), marks, cited=(line.n,)) if line else None

    return Attack(name, family, make)
