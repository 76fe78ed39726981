"""What kind of thing a question asks for, and whether a sentence holds one: an amount, a length of time, so many of something."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pilots.lexemes import skeleton, skeletons
from pilots.matching import similarity
from pilots.reading import Reading
from rag.azerbaijani import lower

NUMBER_WORD = r"(?:bir|iki|üç|dörd|beş|altı|yeddi|səkkiz|doqquz|on|iyirmi|otuz|qırx|əlli|yüz|min)(?:[ıiuü]?nc[ıiuü])?"
NUMBER = re.compile(rf"\d|\b{NUMBER_WORD}\b")
MONEY = r"\d\s*(?:(?:min|milyon|milyard)\s+)?(?:manat|azn|₼|qəpik|faiz|%|avro|dollar|funt|rubl|lirə)"
AMOUNT = re.compile(rf"{MONEY}|\b(?:misli|mislin|faiz)|ödənişsiz|pulsuz")
TIME = re.compile(rf"(?:\d\S*|\b{NUMBER_WORD})\s+(?:\w+\s+)?(?:gün|ay|il|saat|həftə|dəqiqə)|\b(?:19|20)\d\d|\d\s*-?\s*d[ae]n?\b|\bgünü?\b")
YEARS = re.compile(r"\b(?:19|20)\d\d")
PHONE = re.compile(r"(?<![\d-])\d{2}\)?[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)|\*\s?\d{3,4}|telefon|zəng|çağrı|qaynar xət|@")

# The aspects of a question (see vocabulary.yaml) that only such a sentence answers.
PATTERNS = {
    "amount": AMOUNT,
    "penalty": re.compile(r"cərim|\d\s*(?:manat|azn)"),
    "duration": TIME,
    "deadline": TIME,
    "validity": TIME,
    "quantity": NUMBER,
    "contacts": PHONE,
}
TIME_ASPECTS = frozenset({"duration", "deadline", "validity"})
MONEY_UNITS = ("menet", "gepik", "ezn", "feiz")
NEEDED = ("contacts", "amount")
# «Əlaqədar» (in connection with) and «328 nömrəli» ask for no telephone number, «qiymətləndirmə» (an assessment) for no price.
NOT_ASKED = {"contacts": (("eleg", "nomre"), ("eleged", "elegel", "nomreli")), "amount": (("giymet",), ("giymetlen",))}
# Whoever says so many telling words names a price or a tariff mostly as the subject: an amount is asked for only with «nə qədər» or «neçə».
WHOLE_QUESTION = 7
# «Neçə dövlət xidmətində»: what is counted stands within so many words behind the question word, the number as near before it.
NEAR = 3
SAME_WORD = 0.7
HOW_MANY = ("nece",)
YEAR_WORDS = ("ilde", "ilerde", "iller", "ileri")


@dataclass(frozen=True, slots=True)
class Expectation:
    """`patterns` are searched for in a sentence; `counted` are the skeletons of what the question counts (empty when it counts nothing).

    A sentence without a match of `needed` cannot answer, whatever its words.
    """

    patterns: tuple[re.Pattern[str], ...] = ()
    counted: tuple[str, ...] = ()
    needed: re.Pattern[str] | None = None

    @classmethod
    def of(cls, reading: Reading) -> "Expectation":
        patterns = [PATTERNS[aspect] for aspect in reading.aspects if aspect in PATTERNS]
        if any(token in YEAR_WORDS for token in reading.tokens):
            patterns.append(YEARS)
        # «Necə» (how) and «neçə» (how many) are one word once folded; the reading has told them apart.
        counted = () if "steps" in reading.aspects else _counted(reading.tokens)
        # «Rüsum neçə günə qaytarılır»: the fee is the subject, a length of time is asked for.
        of_time = bool(TIME_ASPECTS & set(reading.aspects)) or (bool(counted) and not counted[0].startswith(MONEY_UNITS))
        of_subject = len(reading.topic) >= WHOLE_QUESTION and "quantity" not in reading.aspects
        needed = next(
            (
                PATTERNS[aspect]
                for aspect in NEEDED
                if aspect in reading.aspects and not _is_misread(aspect, reading.tokens) and not (aspect == "amount" and (of_time or of_subject))
            ),
            None,
        )
        return cls(tuple(patterns), counted, needed)

    @property
    def is_open(self) -> bool:
        """Whether the question asks for nothing that could be recognised."""
        return not self.patterns and not self.counted

    def met_by(self, sentence: str) -> bool:
        """Tell whether a sentence holds what is asked for; False for an open question."""
        if self.counted:
            return self._counts(skeletons(sentence))
        written = lower(sentence)
        return any(pattern.search(written) for pattern in self.patterns)

    def _counts(self, tokens: Sequence[str]) -> bool:
        return any(
            _is_number(token) and any(is_counted(near, thing) for thing in self.counted for near in tokens[place + 1 : place + 1 + NEAR])
            for place, token in enumerate(tokens)
        )


def is_counted(word: str, thing: str) -> bool:
    """Tell whether a word is a form of the thing that is counted; a unit is short and takes long endings («günüdür»)."""
    return word.startswith(thing) or similarity(thing, word) >= SAME_WORD


def _counted(tokens: Sequence[str]) -> tuple[str, ...]:
    """«Neçə gün», «neçə dövlət xidmətində»: the words behind «neçə» that may name what is counted, the nearest only when it is a unit."""
    for place, token in enumerate(tokens[:-1]):
        if token in HOW_MANY:
            return tuple(tokens[place + 1 : place + 2])
    return ()


def _is_misread(aspect: str, tokens: Sequence[str]) -> bool:
    """Tell whether words that only look like those of an aspect, and none of its own, stand in a question."""
    alike, others = NOT_ASKED[aspect]
    like = [token for token in tokens if token.startswith(alike)]
    return bool(like) and all(token.startswith(others) for token in like)


def _is_number(token: str) -> bool:
    return token[0].isdigit() or token in _NUMBER_SKELETONS


_NUMBER_SKELETONS = frozenset(
    skeleton(word) for word in ("bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz", "on", "iyirmi", "otuz", "yüz", "min")
)
