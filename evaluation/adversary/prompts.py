"""What a scripted server finds in a prompt: the documents, line by line, and the tables' rows in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rag.card_passages import SECTION_HEADINGS

Style = Literal["structured", "completion"]

SECTIONS = tuple(f". {heading}. " for heading in (*SECTION_HEADINGS.values(), "Məsul qurum"))
DOCUMENT = re.compile(r'<sənəd n="(\d+)" ad="([^"]*)">\n(.*?)\n</sənəd>', re.DOTALL)
QUESTION = re.compile(r"<sual>(.*?)</sual>", re.DOTALL)
COMPLETION = re.compile(r"Sənəd: (.*)\nSual: (.*)\nCavab:\Z", re.DOTALL)
ROW = re.compile(
    r"(?P<name>Dövlət rüsumu|Xidmət haqqı|Cərimə|Qiymət|Ödəniş): (?:(?P<subject>[^\n]+?) – )?(?P<period>birdəfəlik |aylıq |illik )?"
    r"(?:pulsuz \()?(?P<amount>\d+(?:,\d{2})?) AZN\)?(?P<unit> [^(\n]+?)?(?: \((?P<basis>[^\n]*)\))?\.(?=\n|\Z)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of document `n`, which stands under `heading`; a completion prompt has one document, 1."""

    n: int
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a fee table. `amount` is written as there: «30», «0,50»; `subject` is its case and term, empty when it has neither."""

    line: Line
    name: str
    subject: str
    amount: str
    period: str
    unit: str
    basis: str

    @property
    def whole(self) -> int:
        """Whole manats."""
        return int(self.amount.split(",")[0])


@dataclass(frozen=True, slots=True)
class Prompt:
    style: Style
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    question: str
    policy: str

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(line.n for line in self.lines))

    @property
    def plain_lines(self) -> tuple[Line, ...]:
        """Lines that are no rows of a table and no heading."""
        tabled = {row.line for row in self.rows}
        return tuple(line for line in self.lines if line not in tabled and len(line.text) > 8)


def read_prompt(body: Mapping[str, Any]) -> Prompt:
    """Read the body of a request to /chat/completions or /completions.

    Raises:
        ValueError: it does not look like a prompt of this project.
    """
    if "prompt" in body:
        block = str(body["prompt"]).rpartition("\n\n")[2]
        found = COMPLETION.search(block)
        if found is None:
            raise ValueError("no document in the prompt")
        lines = tuple(_under_headings(found[1].split("\n")))
        return _prompt("completion", lines, question=found[2], policy=str(body["prompt"]))
    system, user = (str(message["content"]) for message in body["messages"])
    lines = tuple(Line(int(n), text, heading) for n, heading, told in DOCUMENT.findall(user) for text in told.split("\n"))
    asked = QUESTION.search(user)
    if not lines or asked is None:
        raise ValueError("no document in the prompt")
    return _prompt("structured", lines, question=asked[1], policy=system)


def _under_headings(texts: Sequence[str]) -> Iterator[Line]:
    """Tell the headings of a completion prompt from what stands under them: «Title. Section. First line»."""
    heading = ""
    for text in texts:
        begins = max((text.find(mark) + len(mark) for mark in SECTIONS if mark in text), default=0) or (
            row.start() if (row := ROW.search(text)) else 0
        )
        heading = text[:begins].strip() or heading
        yield Line(1, text[begins:].strip(), heading)


def _prompt(style: Style, lines: tuple[Line, ...], *, question: str, policy: str) -> Prompt:
    rows = tuple(row for line in lines if (row := _row(line)) is not None)
    return Prompt(style, lines, rows, question, policy)


def _row(line: Line) -> Row | None:
    found = ROW.search(line.text)
    if found is None:
        return None
    parts = {name: (value or "").strip() for name, value in found.groupdict().items()}
    return Row(line=line, **parts)
