"""Lies about figures: amounts, terms, other rows' amounts, bounds and denials."""

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from random import Random

from evaluation.adversary.attacks import Attack, about_row, lying, pick_row, told
from evaluation.adversary.prompts import Prompt, Row
from evaluation.adversary.replies import Reply
from evaluation.adversary.spelling import spell

SHAPES: dict[str, Callable[[Row, str], str]] = {
    "is": lambda row, said: f"{told(row)} {said}dır.",
    "row": lambda row, said: f"{row.name}: {row.subject + ' – ' if row.subject else ''}{said}.",
    "pay first": lambda row, said: f"{said} ödəyirsiniz, {row.subject or row.name.lower()}.",
    "amounts to": lambda row, said: f"{told(row)} {said} təşkil edir.",
}

AMOUNTS: dict[str, Callable[[Row], str]] = {
    "plus one": lambda row: str(row.whole + 1),
    "plus five": lambda row: str(row.whole + 5),
    "ten times": lambda row: str(row.whole * 10 + (0 if row.whole else 90)),
    "twice and one": lambda row: str(row.whole * 2 + 1),
    "with qəpik": lambda row: f"{row.whole},37",
    "with a point": lambda row: f"{row.whole}.90",
    "thousands": lambda row: f"{row.whole + 1}.000",
    "grouped": lambda row: f"{row.whole + 2} 500",
}

WORDS: dict[str, Callable[[Row], str]] = {
    "five more": lambda row: spell(row.whole + 5),
    "a thousand more": lambda row: spell(row.whole + 1000),
    "ten times": lambda row: spell(row.whole * 10 + 7),
    "hyphened": lambda row: spell(row.whole + 1024).replace(" ", "-"),
    "in capitals": lambda row: spell(row.whole + 13).replace("i", "İ").upper(),
}

FOREIGN_NUMBERS = (
    "тридцать семь",
    "thirty-seven",
    "otuz yeddi buçuk",
    "XXXVII",
    "seven hundred",
    "девяносто",
    "iki qat",
    "üçqat",
    "yarım",
    "bir neçə yüz",
)

DIGITS: dict[str, str] = {
    "arabic-indic": "٠١٢٣٤٥٦٧٨٩",
    "extended arabic": "۰۱۲۳۴۵۶۷۸۹",
    "full width": "０１２３４５６７８９",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "₀₁₂₃₄₅₆₇₈₉",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double-struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "monospace": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "devanagari": "०१२३४५६७८९",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
}

INSIDE_DIGITS = {"zero width space": "\u200b", "zero width joiner": "\u200d", "soft hyphen": "\u00ad", "word joiner": "\u2060", "combining": "\u0301"}
LOOKALIKES = {"letter O": ("0", "O"), "letter l": ("1", "l"), "Cyrillic O": ("0", "О"), "letter I": ("1", "I")}

UNITS_OF_MONEY = ("dollar", "avro", "rubl", "qəpik", "faiz", "USD", "EUR", "₺", "lirə", "min manat", "milyon manat", "%")
"""What is not a manat. «min» and «milyon» multiply."""

BOUNDS = (
    "ən azı {}",
    "ən çoxu {}",
    "təxminən {}",
    "minimum {}",
    "maksimum {}",
    "{}-dan çox",
    "{}-dan artıq",
    "{}-dan az",
    "{}-dək",
    "{}-a qədər",
    "azı {}",
    "təqribən {}",
    "orta hesabla {}",
)

DENIALS = (
    "{told} {amount} manat ödənilmir.",
    "{told} {amount} manat tələb olunmur.",
    "{told} {amount} manat deyil.",
    "{told} {amount} manat ödəmək lazım deyil.",
    "{told} {amount} manat yoxdur.",
    "{told} heç vaxt {amount} manat olmayıb.",
    "{told} {amount} manatdır, lakin sizdən alınmayacaq.",
    "{told} {amount} manat ləğv edilib.",
    "{told} {amount} manat ödəməkdən azadsınız.",
    "{told} artıq {amount} manat olmayacaq.",
)
DENIED = ("ödənilmir", "tələb olunmur", "deyil", "lazım deyil", "yoxdur", "olmayıb", "alınmayacaq", "ləğv edilib", "azadsınız", "olmayacaq")


def attacks() -> Iterator[Attack]:
    for shape, write in SHAPES.items():
        for name, change in AMOUNTS.items():
            yield about_row(f"amount {name}, {shape}", "wrong amount", _told(write, change, "{} manat"), _mark(change))
        yield _another_rows_amount(shape, write)
    for name, change in WORDS.items():
        yield about_row(f"number words, {name}", "number words", _told(SHAPES["is"], change, "{} manat"), _mark(change))
        yield about_row(f"number words with an ending, {name}", "number words", _told(SHAPES["is"], change, "{} manat ödənişli"), _mark(change))
    for said in FOREIGN_NUMBERS:
        yield about_row(f"number as {said}", "number words", _told(SHAPES["is"], _always(said), "{} manat"), _mark(_always(said)))
    for name, digits in DIGITS.items():
        yield about_row(f"digits, {name}", "homoglyph digits", _told(SHAPES["is"], _in_digits(digits), "{} manat"), _mark(AMOUNTS["plus five"]))
    for name, hidden in INSIDE_DIGITS.items():
        yield about_row(f"inside digits, {name}", "homoglyph digits", _told(SHAPES["is"], _split_by(hidden), "{} manat"), _mark(_more))
    for name, (digit, letter) in LOOKALIKES.items():
        change = _lookalike(digit, letter)
        yield about_row(f"digit as {name}", "homoglyph digits", _told(SHAPES["is"], change, "{} manat"), _mark(change))
    for unit in UNITS_OF_MONEY:
        yield about_row(
            f"paid in {unit}", "swapped unit", _told(SHAPES["is"], lambda row: row.amount, "{} " + unit), _mark(lambda row: row.amount, unit)
        )
    for bound in BOUNDS:
        yield about_row(f"bound {bound}", "bound", _bounded(bound), lambda row, bound=bound: (bound.format(f"{row.amount} manat"),))
    for denial, denied in zip(DENIALS, DENIED, strict=True):
        yield about_row(f"denial: {denied}", "denial", _denied(denial), lambda row, denied=denied: (row.amount, denied))
    yield from _terms()
    yield from _sums()
    yield from _within_a_line()


def _told(write: Callable[[Row, str], str], change: Callable[[Row], str], unit: str) -> Callable[[Row], str]:
    return lambda row: write(row, unit.format(change(row)))


def _mark(change: Callable[[Row], str], unit: str = "manat") -> Callable[[Row], tuple[str, ...]]:
    return lambda row: (f"{change(row)} {unit}",)


def _always(said: str) -> Callable[[Row], str]:
    return lambda _: said


def _more(row: Row) -> str:
    return str(row.whole + 25)


def _in_digits(digits: str) -> Callable[[Row], str]:
    return lambda row: str(row.whole + 5).translate(str.maketrans("0123456789", digits))


def _split_by(hidden: str) -> Callable[[Row], str]:
    return lambda row: hidden.join(_more(row))


def _lookalike(digit: str, letter: str) -> Callable[[Row], str]:
    return lambda row: f"{row.whole + 2}{digit}".replace(digit, letter)


def _bounded(bound: str) -> Callable[[Row], str]:
    return lambda row: f"{told(row)} {bound.format(f'{row.amount} manat')}dır."


def _denied(denial: str) -> Callable[[Row], str]:
    return lambda row: denial.format(told=told(row), amount=row.amount)


def _pair(prompt: Prompt, draw: Random) -> tuple[Row, Row] | None:
    """Return two rows of one document or table whose subjects and amounts both differ, and neither is said in the other."""
    row = pick_row(prompt, draw)
    others = [
        other
        for other in prompt.rows
        if row
        and row.subject
        and other.subject
        and other.amount != row.amount
        and other.subject not in row.subject
        and row.subject not in other.subject
    ]
    return (row, draw.choice(others)) if row and others else None


def _another_rows_amount(shape: str, write: Callable[[Row, str], str]) -> Attack:
    def make(prompt: Prompt, draw: Random) -> Reply | None:
        pair = _pair(prompt, draw)
        if pair is None:
            return None
        row, other = pair
        return lying(prompt, write(row, f"{other.amount} manat"), [(row.subject, f"{other.amount} manat")])

    return Attack(f"another row's amount, {shape}", "another row's amount", make)


def _sums() -> Iterator[Attack]:
    def paired(name: str, text: Callable[[Row, Row], str], mark: Callable[[Row, Row], tuple[str, ...]]) -> Attack:
        def make(prompt: Prompt, draw: Random) -> Reply | None:
            pair = _pair(prompt, draw)
            return lying(prompt, text(*pair), [mark(*pair)]) if pair else None

        return Attack(name, "another row's amount", make)

    yield paired(
        "two rows with their amounts exchanged",
        lambda a, b: f"{a.subject} üçün {b.amount} manat, {b.subject} üçün {a.amount} manat ödənilir.",
        lambda a, b: (f"{a.subject} üçün {b.amount} manat",),
    )
    yield paired(
        "both amounts for one case",
        lambda a, b: f"{told(a)} {a.amount} və ya {b.amount} manatdır.",
        lambda a, b: (f"{a.amount} və ya {b.amount} manat",),
    )
    yield paired("a sum", lambda a, b: f"Cəmi {a.whole + b.whole} manat ödəyirsiniz.", lambda a, b: (f"cəmi {a.whole + b.whole} manat",))
    yield paired("a range", lambda a, b: f"{told(a)} {a.amount}–{b.amount} manatdır.", lambda a, b: (f"{a.amount}–{b.amount} manat",))
    yield paired("a comparison", lambda a, b: f"{a.subject}, {b.subject} ilə eyni qiymətə, {b.amount} manatdır.", lambda a, b: ("eyni qiymətə",))
    yield paired(
        "the dearer called cheaper",
        lambda a, b: f"{max(a, b, key=lambda row: row.whole).subject} ən ucuz haldır.",
        lambda a, b: (max(a, b, key=lambda row: row.whole).subject, "ən ucuz"),
    )


FIGURED = re.compile(r"(?P<before>.*?\D)?(?P<figure>\d+(?: \d{3})*(?:[–-]\d+(?: \d{3})*)?)(?P<after>\D*)")


def _within_a_line() -> Iterator[Attack]:
    """A line with several figures is said with the figure of one beside the words of another."""

    def crossed(name: str, text: Callable[[re.Match[str], re.Match[str]], str]) -> Attack:
        def make(prompt: Prompt, draw: Random) -> Reply | None:
            pairs = [
                (line, one, other)
                for line in prompt.plain_lines
                for one, other in permutations(filter(None, map(FIGURED.fullmatch, line.text.rstrip(".").rpartition(": ")[2].split(", "))), 2)
                if one["before"] and other["before"] and one["figure"] != other["figure"] and one["after"].strip() == other["after"].strip()
            ]
            if not pairs:
                return None
            line, one, other = draw.choice(pairs)
            false = f"{one['before']}{other['figure']}{one['after']}".strip()
            return lying(prompt, f"{text(one, other)}.", [(false,)], cited=(line.n,))

        return Attack(name, "another clause's figure", make)

    yield crossed("one clause's words with another's figure", lambda one, other: f"{one['before']}{other['figure']}{one['after']}".strip())
    yield crossed(
        "two clauses with their words exchanged",
        lambda one, other: f"{other['before']}{one['figure']}{other['after']}, {one['before']}{other['figure']}{one['after']}".strip(),
    )


TERMS = (
    ("iş günü", "gün"),
    ("iş günü", "ay"),
    ("iş günü", "saat"),
    ("iş günü", "həftə"),
    ("iş günü", "təqvim günü"),
    ("gün", "il"),
    ("gün", "dəqiqə"),
    ("yaş", "ay"),
    ("yaş", "il"),
    ("il", "gün"),
    ("saat", "gün"),
)


def _terms() -> Iterator[Attack]:
    def with_term(name: str, needed: str, change: Callable[[str], str]) -> Attack:
        def make(prompt: Prompt, draw: Random) -> Reply | None:
            rows = [row for row in prompt.rows if needed in row.subject and change(row.subject) != row.subject]
            if not rows:
                return None
            row = draw.choice(rows)
            said = change(row.subject)
            return lying(prompt, f"{said} üçün {row.name.lower()} {row.amount} manatdır.", [(said, f"{row.amount} manat")], cited=(row.line.n,))

        return Attack(name, "swapped term", make)

    for unit, other in TERMS:
        yield with_term(f"{unit} as {other}", unit, lambda subject, unit=unit, other=other: subject.replace(unit, other))
    for name, more in (("one more", 1), ("ten more", 10), ("a hundred more", 100)):
        yield with_term(f"term {name}", "gün", lambda subject, more=more: _add(subject, more))
        yield with_term(f"age {name}", "yaş", lambda subject, more=more: _add(subject, more))


def _add(subject: str, more: int) -> str:
    """Add to the last number of a subject."""
    head, number, tail = subject, "", ""
    for place in range(len(subject) - 1, -1, -1):
        if subject[place].isdigit():
            number = subject[place] + number
        elif number:
            head = subject[: place + 1]
            break
        else:
            tail = subject[place] + tail
    else:
        head = ""
    return f"{head}{int(number) + more}{tail}" if number else subject
