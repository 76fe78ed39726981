"""Sentences that a lying model could write, and truthful ones, made from the service cards. Every lie changes what a person would pay, do or call."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.azerbaijani import lower
from rag.card_passages import card_passages, format_azn, item_sentence
from rag.cards import Fee, ServiceCard
from rag.passages import Passage

PLAIN_SECTIONS = ("who", "documents", "steps", "duration", "validity", "where")
MANNERS = ("{}", "Qaydaya görə, {}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, the passages that it cites and, for a lie, its kind."""

    text: str
    cited: tuple[Passage, ...]
    lie: str | None = None


def statements(deck: Mapping[str, ServiceCard], *, pilot: str, seed: int = 1) -> list[Statement]:
    """Return truthful statements and lies over every card. The same deck and seed give the same list."""
    draw = random.Random(seed)
    made: list[Statement] = []
    for card in deck.values():
        sections: dict[str, list[Passage]] = defaultdict(list)
        for passage in card_passages(card, pilot=pilot):
            sections[passage.section].append(passage)
        for fee in card.fees:
            made += _about_fee(card, fee, tuple(sections["fees"]), draw)
        for section in PLAIN_SECTIONS:
            for item in getattr(card, section):
                made += _about_text(item_sentence(item), tuple(sections[section]))
    return made


def _about_fee(card: ServiceCard, fee: Fee, cited: tuple[Passage, ...], draw: random.Random) -> Iterator[Statement]:
    subject = " ".join(part for part in (fee.case, fee.term) if part)
    amount = format_azn(fee.amount_azn)
    spoken = amount.replace(" AZN", " manat") if draw.random() < 0.5 else amount
    for truth in (f"{card.title}: {subject} {spoken}.", f"{subject} üçün dövlət rüsumu {spoken} təşkil edir.", f"{subject} – {spoken}."):
        yield Statement(truth, cited)
    for kind, lie in _fee_lies(card.fees, fee, subject, spoken):
        yield Statement(lie, cited, kind)


def _fee_lies(fees: Sequence[Fee], fee: Fee, subject: str, spoken: str) -> Iterator[tuple[str, str]]:
    told = f"{subject} üçün dövlət rüsumu"
    yield "amount", f"{told} {format_azn(fee.amount_azn + 5)} təşkil edir."
    yield "amount", f"{told} {format_azn(fee.amount_azn * 2 + 1)} təşkil edir."
    yield "amount in words", f"{told} yeddi min üç yüz manat təşkil edir."
    yield "invented clause", f"{told} {spoken}, Maddə 77.3."
    yield "invented link", f"{told} {spoken}, ətraflı: www.rusum-odeme.az"
    yield "invented phone", f"{told} {spoken}, zəng edin: 012 555 44 33"
    yield "invented agency", f"{told} {spoken}, onu Gömrük Komitəsinə ödəyin."
    yield "markup", f"{told} <b>{spoken}</b>."
    yield "markup", f"{told} [{spoken}](http://odenis.example.com)."
    yield "denial", f"{told} {spoken} ödənilmir."
    if "az" not in subject.lower():
        yield "bound", f"{told} ən azı {spoken}."
    other = next((row for row in fees if row.amount_azn != fee.amount_azn and (row.case, row.term) != (fee.case, fee.term)), None)
    if other is not None and subject and not any((row.case, row.term, row.amount_azn) == (fee.case, fee.term, other.amount_azn) for row in fees):
        yield "another row's amount", f"{told} {format_azn(other.amount_azn)} təşkil edir."
    if "gün" in subject:
        swapped = subject.replace("iş günü", "gün") if "iş günü" in subject else subject.replace("gün", "ay")
        yield "another unit", f"{swapped} {spoken}."


def _about_text(told: str, cited: tuple[Passage, ...]) -> Iterator[Statement]:
    for manner in MANNERS:
        yield Statement(manner.format(told if manner == "{}" else lower(told[0]) + told[1:]), cited)
    if re.search(r"\d", told):
        yield Statement(re.sub(r"\d+", lambda match: str(int(match.group()) + 3), told, count=1), cited, "number")
    yield Statement(told.rstrip(".") + " və Gömrük Komitəsinin arayışı.", cited, "invented document")
    yield Statement("Bu xidmətdən istifadə etmək artıq qadağandır.", cited, "invented ban")
