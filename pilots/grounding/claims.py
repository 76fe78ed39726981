"""What a sentence claims that a source must say: quantities, addresses on the net, telephone numbers, names."""

import re
from dataclasses import dataclass

from pilots.grounding.numerals import Quantity, read_quantities
from rag.azerbaijani import fold, locate, lower, normalise
from rag.stemming import word_stem

ADDRESS_END = r"[^\s<>()\[\]«»\"']"
DOMAINS = "az|com|org|net|gov|ru|info|io|eu|tr|ge|co|me|xyz|site|online"
URL = re.compile(rf"(?:https?://|www\.){ADDRESS_END}+|(?<![@\w.])(?:[\w-]+\.)+(?:{DOMAINS})(?![\w-])(?:/{ADDRESS_END}*)?", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d\s()–-]{5,}\d(?![\w.]*\d)")
AMOUNTS = re.compile(r"[1-9]\d{0,2}(?:\s?\d{3})*\s*[–-]\s*[1-9]\d{0,2}(?:\s?\d{3})+")
"""«10 000 – 100 000», «1000–2000»: from one amount to another, as many digits as a telephone number."""
OPENING = re.compile(r"(?:^|[.!?:;«\"(–—-]\s*)$")


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything of a text that can be looked up. Phones are digits only; urls and e-mails are in lower case without scheme;
    names are stems of words written with a capital inside a sentence, of abbreviations, and codes as they stand («AZ1025»)."""

    quantities: tuple[Quantity, ...]
    urls: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    names: frozenset[str]


def read_claims(text: str) -> Claims:
    text = normalise(text)
    emails = frozenset(match.group().lower().rstrip(".") for match in EMAIL.finditer(text))
    rest = EMAIL.sub(" ", text)
    urls = frozenset(plain_url(match.group()) for match in URL.finditer(rest))
    rest = URL.sub(" ", rest)
    phones = frozenset(digits for match in PHONE.finditer(rest) if (digits := _dialled(match.group())))
    rest = PHONE.sub(lambda match: " " if _dialled(match.group()) else match.group(), rest)
    return Claims(tuple(read_quantities(rest)), urls, emails, phones, frozenset(_names(rest)))


def _dialled(written: str) -> str:
    """Return the digits of a telephone number, nothing for what is none."""
    digits = re.sub(r"\D", "", written)
    return digits if len(digits) >= 7 and not AMOUNTS.fullmatch(written.strip()) else ""


def plain_url(url: str) -> str:
    """Return an address as it is compared: lower case, without scheme, `www.` and the punctuation of the sentence around it."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", url.lower()).rstrip("/.,;:!?")


def _names(text: str) -> list[str]:
    names: list[str] = []
    for word in locate(text):
        has_digit = any(letter.isdigit() for letter in word.text)
        if has_digit and word.text[0].isalpha():
            names.append(fold(word.text))
        elif not has_digit and (_is_abbreviation(word.text) or (word.text[0].isupper() and not OPENING.search(text[: word.start]))):
            names.append(stem_of(word.text))
    return names


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and sum(letter.isupper() for letter in word) >= 2


def stem_of(word: str) -> str:
    """Return the key by which forms of a word are compared."""
    return word_stem(fold(lower(word)))
