"""The numbered clauses of an article or a plan, packed into passages that never lose the line that introduces them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.chunking import TokenCount, chunk_text

_MULTI_LEVEL = re.compile(r"[ \t]*(\d{1,4}(?:-\d{1,3})*(?:\.\d{1,4}(?:-\d{1,3})*)+)(\.?)(?=\s|$)")
_PART = re.compile(r"[ \t]*(\d{1,3}|[IVX]{1,5})\.(?=\s)")
_ITEM = re.compile(r"[ \t]*(?:\d{1,3}|[a-zəçğıöşü])\)(?=\s)")

_AMOUNT = re.compile(r"[ \t]*\d[\d., ]*(?:manat|qəpik|azn|faiz|%)", re.IGNORECASE)
"""A fee that stands on the line below its case belongs to the same sentence."""

_PART_DEPTH = 2
_ITEM_DEPTH = 9


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered line with what stands under it. `number` is empty for a lettered or bracketed item («a)», «1)»)."""

    number: str
    depth: int
    text: str
    children: list["Clause"] = field(default_factory=list["Clause"])

    @property
    def full_text(self) -> str:
        return "\n".join([self.text, *(child.full_text for child in self.children)])


@dataclass(frozen=True, slots=True)
class Packed:
    """A text that fits one passage and the numbers of the outermost clauses in it, in order (empty for unnumbered text)."""

    text: str
    numbers: tuple[str, ...]


def parse_clauses(text: str, *, base: str = "") -> tuple[str, list[Clause]]:
    """Return the text before the first clause and the outermost clauses with their children.

    `base` is the article's number: a decimal without a closing full stop («14.3 mətn») counts as a clause only under it.
    """
    intro: list[str] = []
    roots: list[Clause] = []
    stack: list[Clause] = []
    for line in text.splitlines():
        clause = _clause(line, base)
        if clause is None:
            if stack:
                joint = " " if _AMOUNT.match(line) else "\n"
                grown = Clause(stack[-1].number, stack[-1].depth, f"{stack[-1].text}{joint}{line.strip()}", stack[-1].children)
                siblings = stack[-2].children if len(stack) > 1 else roots
                siblings[-1] = stack[-1] = grown
            else:
                intro.append(line)
            continue
        while stack and stack[-1].depth >= clause.depth:
            stack.pop()
        (stack[-1].children if stack else roots).append(clause)
        stack.append(clause)
    return "\n".join(intro).strip(), roots


def pack_clauses(lead: str, intro: str, clauses: list[Clause], *, count_tokens: TokenCount, max_tokens: int) -> list[Packed]:
    """Pack into passages of at most `max_tokens`, each opening with `lead` and the clauses that introduce it.

    A text that fits as a whole stays whole. Otherwise neighbours share a passage up to half the limit, so that one passage
    speaks of one thing, and a clause is divided only when it does not fit by itself.
    """
    whole = _joined(lead, intro, *(clause.full_text for clause in clauses))
    if count_tokens(whole) <= max_tokens:
        return [Packed(whole, tuple(clause.number for clause in clauses if clause.number))] if whole else []
    packed = [Packed(text, ()) for text in _with_lead(lead, intro, count_tokens, max_tokens)] if intro else []
    return packed + list(_pack(lead, clauses, (), count_tokens, max_tokens))


def _pack(lead: str, clauses: list[Clause], under: tuple[str, ...], count_tokens: TokenCount, max_tokens: int) -> Iterator[Packed]:
    held: list[Clause] = []

    def close() -> Iterator[Packed]:
        if held:
            numbers = tuple(clause.number for clause in held if clause.number) or under
            yield Packed(_joined(lead, *(clause.full_text for clause in held)), numbers)
            held.clear()

    for clause in clauses:
        if held and count_tokens(_joined(lead, *(c.full_text for c in held), clause.full_text)) > max_tokens // 2:
            yield from close()
        if count_tokens(_joined(lead, clause.full_text)) <= max_tokens:
            held.append(clause)
            continue
        yield from close()
        numbers = (clause.number,) if clause.number else under
        introduced = _joined(lead, clause.text)
        if clause.children and count_tokens(introduced) <= max_tokens // 2:
            yield from _pack(introduced, clause.children, numbers, count_tokens, max_tokens)
            continue
        yield from (Packed(text, numbers) for text in _with_lead(lead, clause.text, count_tokens, max_tokens))
        yield from _pack(lead, clause.children, numbers, count_tokens, max_tokens)
    yield from close()


def _with_lead(lead: str, text: str, count_tokens: TokenCount, max_tokens: int) -> list[str]:
    """Chunk a text; each chunk opens with the lead while that leaves it at least half of the room."""
    room = max_tokens - count_tokens(f"{lead}\n") if lead else max_tokens
    if room < max_tokens // 2:
        return chunk_text(_joined(lead, text), count_tokens=count_tokens, max_tokens=max_tokens)
    return [_joined(lead, chunk) for chunk in chunk_text(text, count_tokens=count_tokens, max_tokens=room)]


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _clause(line: str, base: str) -> Clause | None:
    if match := _MULTI_LEVEL.match(line):
        number, stop = match[1], match[2]
        if stop or not base or number.split(".", 1)[0] == base:
            return Clause(number, 1 + number.count("."), line.strip())
    if match := _PART.match(line):
        return Clause(match[1], _PART_DEPTH, line.strip())
    if _ITEM.match(line):
        return Clause("", _ITEM_DEPTH, line.strip())
    return None
