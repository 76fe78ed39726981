"""Facts in Azerbaijani text, compared without regard to case and to how a number is written."""

import re
from collections.abc import Iterable
from decimal import Decimal

from rag.azerbaijani import lower

_SPACES = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ .]\d{3})+(?![\d.]*\d)")
_DECIMALS = re.compile(r"(?<![\d.,])(\d+)[.,](\d{1,2})(?![\d.,]*\d)")
_CURRENCY = re.compile(r"(?<=\d) ?(?:azn|manat\w*|₼)(?!\w)")
_PERCENT = re.compile(r"(?<=\d) (?:%|faiz\w*)")
_PARTS = re.compile(r"(?<![\d.])(\d+) azn (\d{1,2}) qəpik\w*")
_CENTS = re.compile(r"(?<![\d.])(\d{1,2}) qəpik\w*")
_DASHES = str.maketrans("–—−‑", "----")
_AMOUNT = re.compile(r"(?<![\d.])(?:(\d+(?:\.\d+)?) ?(?:-|və ya|və) ?)?(\d+(?:\.\d+)?) azn(?!\w)")
_BARE_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_LONG_PHONE = re.compile(r"(?<!\d)(?:\+?994[\s(-]*|\(?0)\d{2}[)\s-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
_STAR_PHONE = re.compile(r"\*\s?\d{3,4}(?!\d)")
_SHORT_PHONE = re.compile(r"(?<![\d.,/-])1\d{2}(?!\d|[.,]\d)(?! ?(?:azn|manat|gün|iş günü|il|ay|saat|dəqiqə|nəfər|qəpik|%|maddə))")
_ABOUT_PHONES = re.compile(r"qaynar xət|telefon|çağrı|zəng|nömrəsi|hotline|call|телефон|звон|горяч")


def normalise_facts(text: str) -> str:
    """Return the form in which texts are compared: Azerbaijani lower case, `20 000 manat` as `20000 azn`, `1,50` as `1.5`.

    Letters keep their marks: a wrong letter in an answer is a wrong letter.
    """
    text = _SPACES.sub(" ", lower(text).translate(_DASHES)).strip()
    text = _THOUSANDS.sub(lambda match: re.sub(r"[ .]", "", match[0]), text)
    text = _DECIMALS.sub(_plain_decimal, text)
    text = _PERCENT.sub("%", _CURRENCY.sub(" azn", text))
    text = _PARTS.sub(lambda match: f"{_plain(Decimal(match[1]) + Decimal(match[2]) / 100)} azn", text)
    return _CENTS.sub(lambda match: f"{_plain(Decimal(match[1]) / 100)} azn", text)


def states_fact(text: str, fact: str) -> bool:
    """Whether a fact stands in a text. A number must stand there as a whole: `5 AZN` is not stated by `15 AZN` or `1,5 AZN`."""
    wanted, normalised = normalise_facts(fact), normalise_facts(text)
    if amount := _AMOUNT.fullmatch(wanted):
        return {number for number in amount.groups() if number} <= _amounts_in(normalised)
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, normalised) is not None


def wrong_facts(text: str, *, known: Iterable[str]) -> list[str]:
    """Return the amounts and phone numbers that a text states and that no known fact contains, sorted."""
    facts = [*known]
    amounts = {number for fact in facts for number in _numbers_in(normalise_facts(fact))}
    phones = {_digits(fact) for fact in facts} | {phone for fact in facts for phone in _phones_in(fact, sure=True)}
    wrong_amounts = {f"{number} AZN" for number in _amounts_in(normalise_facts(text)) - amounts}
    return sorted(wrong_amounts | (_phones_in(text) - phones))


def _amounts_in(normalised: str) -> set[str]:
    return {_plain(Decimal(number)) for match in _AMOUNT.finditer(normalised) for number in match.groups() if number}


def _numbers_in(normalised: str) -> set[str]:
    return {_plain(Decimal(number)) for number in _BARE_NUMBER.findall(normalised)}


def _phones_in(text: str, *, sure: bool = False) -> set[str]:
    """Short numbers count only where the text speaks of telephones, unless the caller is `sure` that it does."""
    text = _SPACES.sub(" ", lower(text).translate(_DASHES))
    found = {_digits(match[0]) for pattern in (_LONG_PHONE, _STAR_PHONE) for match in pattern.finditer(text)}
    if sure or _ABOUT_PHONES.search(text):
        found |= {match[0] for match in _SHORT_PHONE.finditer(_LONG_PHONE.sub(" ", text))}
    return found


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return "0" + digits[3:] if digits.startswith("994") else digits


def _plain_decimal(match: re.Match[str]) -> str:
    return _plain(Decimal(f"{match[1]}.{match[2]}"))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
