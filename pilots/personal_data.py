"""Personal data in text as people type it: found by the formats of identifiers and by the words that stand beside them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.azerbaijani import normalise


class PersonalKind(StrEnum):
    """What a piece of personal data is; the value is its name in answers' details."""

    FIN = "fin"
    DOCUMENT = "document"
    IBAN = "iban"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    PLATE = "plate"
    BIRTH = "birth"
    TAX_NUMBER = "tax_number"
    ACCOUNT = "account"
    ADDRESS = "address"
    NAME = "name"


MASKS: dict[PersonalKind, str] = {
    PersonalKind.FIN: "[FİN]",
    PersonalKind.DOCUMENT: "[sənəd №]",
    PersonalKind.IBAN: "[IBAN]",
    PersonalKind.CARD: "[kart №]",
    PersonalKind.EMAIL: "[e-poçt]",
    PersonalKind.PHONE: "[telefon]",
    PersonalKind.PLATE: "[avtomobil №]",
    PersonalKind.BIRTH: "[doğum tarixi]",
    PersonalKind.TAX_NUMBER: "[VÖEN]",
    PersonalKind.ACCOUNT: "[abonent kodu]",
    PersonalKind.ADDRESS: "[ünvan]",
    PersonalKind.NAME: "[ad]",
}


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """`start:end` of the normalised text; an ending such as «-dir» stays outside."""

    kind: PersonalKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text without its personal data, and the kinds of what was masked in the order of the text."""

    text: str
    masked: tuple[PersonalKind, ...]


_MASK = re.compile("|".join(re.escape(mask) for mask in MASKS.values()))

# Formats of identifiers in any case, with the suffixes that Azerbaijani hangs on them («FİN-im 5ABC12D-dir», «finim 5abc12d»),
# so no word boundary on the right.
FIN = re.compile(
    r"\b(?:f[iİıI]n(?:[iİıI][^\W\d]*|kod[^\W\d]*)?|пин)\b\D{0,25}?"
    r"(?<![A-Za-z0-9])(?=[A-HJ-NP-Za-hj-np-z0-9]*\d)([A-HJ-NP-Za-hj-np-z0-9]{7})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
DOCUMENT_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:AZE\s?\d{8}|AA\s?\d{7,8}|[CP]\d{8})(?!\d)", re.IGNORECASE)
IBAN = re.compile(r"(?<![A-Za-z0-9])AZ\d{2}\s?[A-Z]{4}(?:\s?[A-Z0-9]{4}){5}", re.IGNORECASE)
CARD_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){15}\d(?!\d)")

# In an appeal a FIN often stands without the word: seven signs with two digits and two letters are masked there.
_BARE_FIN = re.compile(r"(?<![A-Za-z0-9-])(?=(?:[A-Z]*\d){2})(?=(?:\d*[A-Z]){2})[A-HJ-NP-Z0-9]{7}(?![A-Za-z0-9])")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])[A-Z]\s?\d{8}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\d.,])(?:(?:\+|00)?994[\s().-]*|\(?0)(?:10|12|18|2\d|3\d|40|50|51|55|60|70|77|88|99)[\s().-]*\d{3}[\s.-]?\d{2}[\s.-]?\d{2}(?!\d)"
)
_PLATE = re.compile(r"(?<![A-Za-z0-9])\d{2}[\s-]?[A-ZƏ]{2}[\s-]?\d{3}(?!\d)", re.IGNORECASE)
_MONTH = (
    r"(?:yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr|"
    r"январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|августа?|сентябр[ья]|октябр[ья]|ноябр[ья]|декабр[ья])"
)
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:19|20)\d{{2}}|\d{{1,2}}\s+{_MONTH}\s+(?:19|20)\d{{2}}|(?:19|20)\d{{2}})"
_BIRTH_WORD = r"(?:t[əe]v[əe]ll[üu]d|do[ğg]um\s+tarix|do[ğg]ul[^\W\d]*|anadan\s+ol|год\w*\s+рождени|дата\s+рождени|родил|date\s+of\s+birth|born)"
_BIRTH_AFTER = re.compile(rf"{_BIRTH_WORD}[^\d\n]{{0,15}}({_DATE})", re.IGNORECASE)
_BIRTH_BEFORE = re.compile(rf"({_DATE})[^\d\n]{{0,14}}{_BIRTH_WORD}", re.IGNORECASE)
_TAX_NUMBER = re.compile(r"\bv[öo][eə]n[^\W\d]*\W{0,4}(?:[^\W\d]+\W+){0,2}?(\d{10})(?!\d)|\bИНН\D{0,6}(\d{10})(?!\d)", re.IGNORECASE)
# Ten digits that end in 1 (a legal entity) or 2 (a person) are a tax number wherever they stand: no other number of appeals is so long.
_BARE_TAX_NUMBER = re.compile(r"(?<![\d.,+])[1-9]\d{8}[12](?![\d.,]*\d)")
_ACCOUNT = re.compile(
    r"\b(?:abonent|abunə[çc]i|лицев\w+|абонент\w*|subscriber|account)[^\W\d]*\W{0,3}(?:(?:kod|n[öo]mr[əe]|сч[её]т|код|номер|code|number)[^\W\d]*)?\D{0,5}"
    r"(\d{5,12})(?!\d)",
    re.IGNORECASE,
)

_CAPITAL = r"[A-ZƏĞİÖŞÇÜА-ЯЁ]"
_NAME = rf"{_CAPITAL}[^\W\d_]+"
# «H. Zərdabi küçəsi 14, mənzil 3»; a street without a house is where the trouble is, not where somebody lives.
_STREET = (
    r"(?:k[üu][çc](?:[əe]si|[əe]sind[əe]|\.)?|prospekt[^\W\d]*|pr\.|d[öo]ng[əe](?:si)?|dalan[^\W\d]*|massiv[^\W\d]*|q[əe]s[əe]b[əe]si"
    r"|ул(?:ица|\.)|проспект|street|str\.|avenue)"
)
_UNIT = r"(?:bina|ev|m[əe]nzil|m\.|blok|korpus|giri[şs]|m[əe]rt[əe]b[əe]|apt\.?|flat|house|дом|д\.|кв(?:артира|\.))"
_HOUSE = rf"(?:{_UNIT}\s*)?(?:№\s*)?\d+[A-Za-zА-Яа-я]?(?:/\d+)?(?![\d-])"
_ADDRESS = re.compile(
    rf"(?:(?<!\d)\d{{1,3}}\s+)?(?:{_CAPITAL}[^\W\d_]*\.?[\s-]+){{0,3}}{_STREET}[\s,]*{_HOUSE}(?:[\s,]+(?:{_UNIT}\s*(?:№\s*)?\d+[A-Za-zА-Яа-я]?))*"
    rf"|{_UNIT}\s*(?:№\s*)?\d+[A-Za-z]?(?:[\s,]+{_UNIT}\s*(?:№\s*)?\d+[A-Za-z]?)+"
    rf"|(?:ул(?:ица|\.)|street)\s+{_NAME}(?:\s+{_NAME})?[\s,]*{_HOUSE}(?:[\s,]+(?:{_UNIT}\s*\d+))*",
    re.IGNORECASE,
)
_SON = r"(?:o[ğg]lu|q[ıi]z[ıi]|O[ĞG]LU|Q[Iİı]Z[Iİı]|оглы|кызы|гызы)"
_PATRONYMIC = re.compile(rf"(?<!\w)(?:{_NAME}[\s]+){{1,3}}{_SON}(?!\w)")
_TYPED_PATRONYMIC = re.compile(
    r"(?<!\w)(?:[^\W\d_]+(?:ov|ova|yev|yeva|ev|eva|zad[əe]|l[ıiuü])\s+)?[^\W\d_]{3,}\s+[^\W\d_]{3,}\s+(?:o[ğg]lu|q[ıi]z[ıi])(?!\w)", re.IGNORECASE
)
_RUSSIAN = re.compile(
    rf"(?<!\w)(?:{_NAME}\s+){{1,2}}{_CAPITAL}[а-яё]+(?:ович|евич|овна|евна|ична)[а-яё]*"
    rf"(?:\s+{_CAPITAL}[а-яё]+(?:ов|ев|ин|ова|ева|ина))?"
)
_SURNAME = rf"{_CAPITAL}[^\W\d_]+(?:ova|yeva|eva|ov|yev|ev|zadə|ова|ева|ов|ев|заде)(?=['’]?(?:a|ə|ya|yə|dan|dən|ın|in|un|ün|nın|nin)?(?!\w))"
# The surname first: «Direktor Səmədov Anar» is «Səmədov Anar», not «Direktor Səmədov».
_SURNAME_FIRST = re.compile(rf"(?<![\w.]){_SURNAME}\s+{_NAME}(?:\s+{_NAME})?")
_NAME_FIRST = re.compile(rf"(?<![\w.]){_NAME}\s+{_SURNAME}")
_INTRODUCED = re.compile(
    r"(?:\b(?:[Aa]d[ıi]m|[Mm]ən,|[Hh]örmətlə,?|[İi]mza:|[Mm]y name is|[Мм]еня зовут|[Ss]incerely,|[Rr]egards,|[Сс] уважением,?)\s+)"
    rf"({_NAME}(?:\s+{_NAME}){{1,3}})"
)
_SIGNATURE = re.compile(rf"(?<=[.!?\n])\s*({_NAME}(?:\s+{_NAME}){{1,3}})\s*$")
# «Nəriman Nərimanov prospekti» is a place, «Həsən Əliyev adına məktəb» an institution.
_PLACE_NAME = re.compile(
    r"\s+(?:k[üu][çc]|prospekt|pr\.|ad[ıi]na|rayon|meydan|metro|park|ba[ğg][ıi]|stansiya|m[əe]kt[əe]b|q[əe]s[əe]b|massiv|ул|проспект"
    r"|street|avenue)",
    re.IGNORECASE,
)
_INITIALS_AHEAD = re.compile(r"(?:ул\.?|улица|проспект|street)\s*$", re.IGNORECASE)


def holds_identifier(text: str) -> bool:
    """Tell whether a text holds a FIN, a document number, an IBAN or a payment card's number."""
    if FIN.search(text) or DOCUMENT_NUMBER.search(text) or IBAN.search(text):
        return True
    return any(passes_luhn(re.sub(r"\D", "", match.group())) for match in CARD_NUMBER.finditer(text))


def passes_luhn(digits: str) -> bool:
    """Check a payment card's number by its check digit (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def redact(text: str) -> RedactedText:
    """Return the text with every piece of personal data replaced by what it is.

    Where a recogniser is unsure it masks: a number too many costs an officer a glance, one too few costs a citizen a secret. So a
    card's number is masked also when its check digit is wrong, as a slip of the finger leaves it.
    """
    plain = normalise(text)
    spans = find_personal_data(plain)
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += [plain[end : span.start], MASKS[span.kind]]
        end = span.end
    return RedactedText("".join([*pieces, plain[end:]]), tuple(span.kind for span in spans))


def find_masks(text: str) -> tuple[PersonalKind, ...]:
    """Return the kinds of what was masked in a redacted text, in its order."""
    kinds = {mask: kind for kind, mask in MASKS.items()}
    return tuple(kinds[match.group()] for match in _MASK.finditer(text))


def find_personal_data(text: str) -> list[PersonalSpan]:
    """Return the personal data of a normalised text, in order, none overlapping; the surer recogniser wins where two see the same."""
    found: list[PersonalSpan] = []
    for kind, spans in _RECOGNISERS:
        for start, end in spans(text):
            if all(end <= other.start or other.end <= start for other in found):
                found.append(PersonalSpan(kind, start, end))
    return sorted(found, key=lambda span: span.start)


Recogniser = Callable[[str], Iterator[tuple[int, int]]]


def _matches(*patterns: re.Pattern[str]) -> Recogniser:
    """Take the first group that matched, the whole match where a pattern has none."""

    def recognise(text: str) -> Iterator[tuple[int, int]]:
        for pattern in patterns:
            for match in pattern.finditer(text):
                group = match.lastindex or 0
                yield match.span(group)

    return recognise


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PATRONYMIC, _TYPED_PATRONYMIC, _RUSSIAN):
        for match in pattern.finditer(text):
            yield match.span()
    for pattern in (_INTRODUCED, _SURNAME_FIRST, _NAME_FIRST, _SIGNATURE):
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if not _PLACE_NAME.match(text[end:]) and not _INITIALS_AHEAD.search(text[:start]):
                yield start, end


_RECOGNISERS: tuple[tuple[PersonalKind, Recogniser], ...] = (
    (PersonalKind.EMAIL, _matches(_EMAIL)),
    (PersonalKind.IBAN, _matches(IBAN)),
    (PersonalKind.CARD, _matches(CARD_NUMBER)),
    (PersonalKind.TAX_NUMBER, _matches(_TAX_NUMBER)),
    (PersonalKind.ACCOUNT, _matches(_ACCOUNT)),
    (PersonalKind.PHONE, _matches(_PHONE)),
    (PersonalKind.DOCUMENT, _matches(DOCUMENT_NUMBER, _PASSPORT)),
    (PersonalKind.FIN, _matches(FIN)),
    (PersonalKind.PLATE, _matches(_PLATE)),
    (PersonalKind.FIN, _matches(_BARE_FIN)),
    (PersonalKind.TAX_NUMBER, _matches(_BARE_TAX_NUMBER)),
    (PersonalKind.BIRTH, _matches(_BIRTH_AFTER, _BIRTH_BEFORE)),
    (PersonalKind.ADDRESS, _matches(_ADDRESS)),
    (PersonalKind.NAME, _names),
)
