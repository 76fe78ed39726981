"""True sentences as a fluent writer would put them: every row and line of a prompt restated in several natural ways."""

import re
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from evaluation.adversary.prompts import Line, Prompt, Row
from evaluation.adversary.replies import Said
from evaluation.adversary.spelling import spell

TERM = re.compile(r"(\d+) (iş günü|gün|ay|il|saat)$")
CONTACT = re.compile(r"(?P<label>[^:]+): (?P<value>[^:]*(?:https?:\S+)?)")


def truths(prompt: Prompt, draw: Random) -> list[Said]:
    """Return true sentences, each with the documents that say it. The same prompt and draw give the same list."""
    said = [sentence for row in prompt.rows for sentence in _of_row(row, draw)]
    said += [sentence for one, other in pairwise(prompt.rows) for sentence in _of_two_rows(one, other)]
    said += [sentence for line in prompt.plain_lines for sentence in _of_line(line)]
    said += [sentence for one, other in pairwise(prompt.plain_lines) for sentence in _of_two_lines(one, other)]
    return list(dict.fromkeys(said))


def _of_row(row: Row, draw: Random) -> Iterator[Said]:
    cited, name, unit = (row.line.n,), row.name.lower(), f" {row.unit}" if row.unit else ""
    yield Said(row.line.text, cited)
    if row.whole == 0 and row.amount in ("0", "0,00"):
        return
    manat = f"{row.amount} manat"
    if "," not in row.amount and draw.random() < 0.5:
        manat = f"{spell(row.whole)} manat"
    period = f"{row.period} " if row.period else ""
    if not row.subject:
        yield Said(f"{row.name} {period}{row.amount} manatdır{unit}.", cited)
        yield Said(_capital(f"{period}{name} {manat} təşkil edir{unit}."), cited)
        return
    yield Said(f"{_capital(row.subject)} üçün {name} {period}{manat}dır{unit}.", cited)
    yield Said(f"{_capital(row.subject)}: {period}{row.amount} manat{unit}.", cited)
    yield Said(f"{_capital(row.subject)} halında {period}{row.amount} AZN ödənilir{unit}.", cited)
    if row.basis and "maddə" in row.basis:
        yield Said(f"{_capital(row.subject)} üçün {name} {period}{row.amount} manatdır{unit} ({row.basis}).", cited)
    if (term := TERM.search(row.subject)) is not None:
        within = f"{row.subject[: term.start()]}{spell(int(term[1]))} {term[2]}"
        yield Said(f"{_capital(within)} ərzində verilirsə, {name} {period}{row.amount} manatdır{unit}.", cited)


def _of_two_rows(one: Row, other: Row) -> Iterator[Said]:
    """Two rows in one sentence, each clause with its own case: «10 iş günü üçün 30, 3 iş günü üçün 70 manat»."""
    if (
        not (one.subject and other.subject)
        or one.name != other.name
        or one.unit
        or other.unit
        or one.period != other.period
        or "0" in (one.amount, other.amount)
    ):
        return
    cited = tuple(dict.fromkeys((one.line.n, other.line.n)))
    name = one.name.lower()
    yield Said(f"{_capital(one.subject)} üçün {name} {one.amount} manat, {other.subject} üçün isə {other.amount} manatdır.", cited)
    yield Said(f"{_capital(one.subject)} – {one.amount} AZN, {other.subject} – {other.amount} AZN.", cited)


def _of_line(line: Line) -> Iterator[Said]:
    text, cited = line.text.rstrip(" ."), (line.n,)
    if not text:
        return
    yield Said(f"{text}.", cited)
    yield Said(f"Mənbəyə görə, {_small(text)}.", cited)
    yield Said(f"Qaydaya əsasən, {_small(text)}.", cited)
    if "sənəd" in line.heading.lower() and _is_noun(text):
        yield Said(f"Sizdən {_small(text)} tələb olunur.", cited)
        yield Said(f"{text} lazımdır.", cited)
    if "Əlaqə" in line.heading and (contact := CONTACT.fullmatch(text)) is not None:
        yield Said(f"{contact['label']} – {contact['value']}.", cited)
        yield Said(f"{contact['label']} ilə əlaqə: {contact['value']}.", cited)


def _of_two_lines(one: Line, other: Line) -> Iterator[Said]:
    if "sənəd" in one.heading.lower() and one.n == other.n and all(_is_noun(line.text.rstrip(" .")) for line in (one, other)):
        yield Said(f"{one.text.rstrip(' .')} və {_small(other.text.rstrip(' .'))} lazımdır.", (one.n,))


def _is_noun(text: str) -> bool:
    """Tell whether a line names a thing rather than saying a sentence: one thing, no condition, no verb."""
    words = text.split()
    return len(words) <= 8 and not re.search(r"[;:(,]|(?:ır|ir|ur|ür|ın|in|un|ün)$", text)


def _capital(text: str) -> str:
    return ("İ" if text[0] == "i" else text[0].upper()) + text[1:]


def _small(text: str) -> str:
    """Return a text as it goes on inside a sentence: abbreviations, names and digits stay as they are."""
    first, *others = text.split()
    is_name = any(other[0].isupper() for other in others[:3]) or any(letter.isupper() or letter.isdigit() for letter in first[1:])
    if is_name:
        return text
    return ({"I": "ı", "İ": "i"}.get(text[0]) or text[0].lower()) + text[1:]
