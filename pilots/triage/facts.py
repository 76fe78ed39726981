"""What an appeal says of its case: who writes in general terms, where, since when, and what is asked for. Nothing that names a person."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from pilots.lexemes import begins, skeletons
from pilots.personal_data import MASKS, PersonalKind
from rag.azerbaijani import fold, normalise, transliterate_cyrillic

MAX_DATES = 4
MAX_REQUEST_CHARS = 300
SHORT_PLACE = 4
"""Names this short («Quba», «Şəki», «Qax») are beginnings of other words: what follows them must be an ending."""

_ENDINGS = ("de", "den", "ye", "ne", "ni", "nin", "in", "ya", "dan", "ey", "e", "i", "li", "nun", "un", "u", "da")


class Sender(StrEnum):
    """Who writes, as far as an officer has to know."""

    PERSON = "person"
    GROUP = "group"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFacts:
    """`request` is the sentence that asks, word for word; `is_anonymous`: no name, address or contact was found in the text."""

    sender: Sender
    places: tuple[str, ...]
    dates: tuple[str, ...]
    request: str | None
    is_anonymous: bool


_CONTACTS = (PersonalKind.NAME, PersonalKind.ADDRESS, PersonalKind.PHONE, PersonalKind.EMAIL, PersonalKind.ACCOUNT, PersonalKind.DOCUMENT)
_GROUP = re.compile(
    r"sakinl[ei]r|adindan|kollektiv|hamimiz|valideynl[ei]r|fermerl[ei]ri|qonsular|жител|просим|жильцы|residents|\bwe\b|\bour\b", re.IGNORECASE
)
_COMPANY = re.compile(r"\bmmc\b|\basc\b|sirketimiz|muessisemiz|sahibkaram|direktoru? \[|fermerem|\bооо\b|предпринимател|our company", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_ASKS = re.compile(
    r"xahis|rica|teleb ed|isteyir|tedbir gor|tedbir gorul|arasdir|yoxlanil|yoxlasin|komek ed|zehmet olmasa|berpa|gonderin|temin edin|bilmek ist"
    r"|baxilsin|edilsin|olunsun|прошу|просим|требу|помогите|разобраться|please|\bask\b|request|help me|want",
    re.IGNORECASE,
)
_MONTHS = r"yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr"
_COUNT = r"(?:\d+|bir|iki|üç|uc|dörd|dord|beş|bes|altı|alti|yeddi|səkkiz|sekkiz|doqquz|on|iyirmi|qırx|yarım|bir neçə)"
_DATES = (
    re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?!\d)"),
    re.compile(rf"(?<!\w)\d{{1,2}}\s+(?:{_MONTHS})[^\W\d]*(?:\s+(?:19|20)\d{{2}})?", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_MONTHS})(?:dan|dən|da|də|\s+ay[^\W\d]*)", re.IGNORECASE),
    re.compile(rf"(?<!\w)(?:{_COUNT}\s+)?{_COUNT}\s+(?:gün|gun|həftə|hefte|ay|il)(?:dür|dur|dir|dır|di|dı)(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)(?:since (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\w+ \d{4})|for \w+ (?:days|weeks|months|years))", re.IGNORECASE),
    re.compile(r"(?<!\w)(?:уже\s+)?(?:\w+\s+)?(?:недел[юиь]|месяц(?:а|ев)?|год|дня|дней)(?!\w)", re.IGNORECASE),
)
_VILLAGE = re.compile(
    r"(?<!\w)([A-ZƏĞİÖŞÇÜ][a-zəğıöşçü]+)\s+(?:kənd(?:i|inin|ində|indən|inə)|qəsəbə(?:si|sinin|sində|sindən)|rayon(?:u|unun|unda|undan)|şəhəri?(?:ndə|nin)?)(?!\w)"
)


class FactReader:
    def __init__(self, places: Iterable[str]) -> None:
        self._places = [(place, skeletons(place)) for place in places]

    def read(self, redacted: str, masked: Sequence[PersonalKind]) -> AppealFacts:
        """Read a redacted appeal; `masked` are the kinds of personal data that stood in it."""
        text = normalise(redacted)
        folded = fold(text)
        return AppealFacts(
            sender=self._sender(folded, masked),
            places=self._found_places(text),
            dates=_found_dates(text),
            request=_request(text),
            is_anonymous=not any(kind in _CONTACTS for kind in masked),
        )

    def _sender(self, folded: str, masked: Sequence[PersonalKind]) -> Sender:
        if PersonalKind.TAX_NUMBER in masked or _COMPANY.search(folded):
            return Sender.COMPANY
        return Sender.GROUP if _GROUP.search(folded) else Sender.PERSON

    def _found_places(self, text: str) -> tuple[str, ...]:
        tokens = skeletons(transliterate_cyrillic(text))
        longest: dict[int, tuple[int, str]] = {}
        for place, wanted in self._places:
            for start in range(len(tokens) - len(wanted) + 1):
                length = sum(map(len, wanted))
                # «Qubadlı» begins as «Quba» does: the longer name is meant.
                if _stands_at(tokens, start, wanted) and length > longest.get(start, (0, ""))[0]:
                    longest[start] = (length, place)
        found = {" ".join(skeletons(place)): place for _, (_, place) in sorted(longest.items(), reverse=True)}  # Quba and Guba are one
        villages = [match.group() for match in _VILLAGE.finditer(text) if not any(match.group().startswith(place) for place in found.values())]
        return tuple(dict.fromkeys([*reversed(found.values()), *villages]))


def _stands_at(tokens: Sequence[str], start: int, wanted: Sequence[str]) -> bool:
    *before, last = wanted
    if tokens[start : start + len(before)] != before:
        return False
    token = tokens[start + len(before)]
    return begins(token, last) if len(last) > SHORT_PLACE else token == last or (token[len(last) :] in _ENDINGS and token.startswith(last))


def load_places(path: Path) -> list[str]:
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


def _found_dates(text: str) -> tuple[str, ...]:
    found = [(match.start(), match.group().strip()) for pattern in _DATES for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(said for _, said in sorted(found)))[:MAX_DATES]


def _request(text: str) -> str | None:
    """Return the last sentence that asks for something: letters end with what they want."""
    asking = [sentence.strip() for sentence in _SENTENCE.findall(text) if _ASKS.search(fold(sentence)) or _ASKS.search(sentence)]
    asking = [sentence for sentence in asking if not all(part in MASKS.values() for part in sentence.split())]
    return asking[-1][:MAX_REQUEST_CHARS] if asking else None
