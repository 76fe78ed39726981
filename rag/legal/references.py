"""Articles that a question names, however it is typed: «98-ci maddə», «madde 14.3-1», «CM 177», «375.0.1»."""

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from rag.azerbaijani import fold, is_suffix, normalise, transliterate_cyrillic, words

_NUMBER: Final = re.compile(r"\d{1,4}(?:-\d{1,3})*(?:\.\d{1,3}(?:-\d{1,3})*)*")
_ROMAN: Final = re.compile(r"[ivx]{1,5}")
_ARTICLE_WORD: Final = re.compile(r"m[ae]d+[ae](?:\w{0,9})|mad|md|statya\w{0,4}|stat|article|art")
_ABOUT_FORMS: Final = ("haqqinda", "haqqda", "haqda")
_CODE_FORMS: Final = ("qanun", "qanunu", "qanunun", "mecelle", "mecellesi", "mecellenin", "mecellesinin")
_ARTICLE_FORMS: Final = ("madde", "maddesi", "maddesinin", "maddede", "maddesinde")
_CLAUSE_WORD: Final = re.compile(r"(?:yarim)?b[ae]nd(?:\w{0,8})|clause|punkt\w{0,4}")
_PART_WORD: Final = re.compile(r"hiss[ae](?:\w{0,8})|part")
_CODE_WORD: Final = re.compile(r"m[ae]c[ae]l+[ae]\w*|qanun\w*|konstitusiya\w*|kodeks\w*|code|law")
_FILLER: Final = re.compile(r"n|no|nomre\w*|sayli|nin|si|ci|cu|inci|uncu|nci|[ae]z[ae]rba\w*|respublika\w*|ar|ve|uzre|dair")
_UNIT: Final = re.compile(
    r"yas\w*|gun\w*|ay|ayda|ayliq|il|ild\w*|ilin|iller\w*|manat\w*|azn|faiz\w*|saat\w*|deqiqe\w*|nefer\w*|defe\w*|qepik\w*|kv|metr\w*|km|cm|mm|sm|kq|dollar\w*|avro\w*"
    r"|yanvar\w*|fevral\w*|mart\w*|aprel\w*|may|mayin"
    r"|iyun\w*|iyul\w*|avqust\w*|sentyabr\w*|oktyabr\w*|noyabr\w*|dekabr\w*"
)

ABBREVIATIONS: Final = {
    "cm": "cinayet mecellesi",
    "cpm": "cinayet prosessual mecelle",
    "mm": "mulki mecelle",
    "mpm": "mulki prosessual mecelle",
    "em": "emek mecellesi",
    "ixm": "inzibati xetalar mecellesi",
    "ipm": "inzibati prosessual mecelle",
    "vm": "vergi mecellesi",
    "am": "aile mecellesi",
    "gm": "gomruk mecellesi",
    "sm": "secki mecellesi",
    "tm": "torpaq mecellesi",
    "cim": "cezalarin icrasi mecellesi",
}
"""Short names of codes as lawyers write them, folded, with the words that they stand for."""

_UNITS: Final = ("", "birinci", "ikinci", "ucuncu", "dorduncu", "besinci", "altinci", "yeddinci", "sekkizinci", "doqquzuncu")
_TENS: Final = {"on": 10, "iyirmi": 20, "otuz": 30, "qirx": 40, "elli": 50, "altmis": 60, "yetmis": 70, "seksen": 80, "doxsan": 90, "yuz": 100}
_ROUND: Final = {
    "onuncu": 10,
    "iyirminci": 20,
    "otuzuncu": 30,
    "qirxinci": 40,
    "ellinci": 50,
    "altmisinci": 60,
    "yetmisinci": 70,
    "sekseninci": 80,
    "doxsaninci": 90,
    "yuzuncu": 100,
}


def is_code_word(folded_word: str) -> bool:
    """Whether a folded word says that a law is named: «məcəlləsi», «qanununun», «konstitusiya», also with a slip."""
    return _CODE_WORD.fullmatch(folded_word) is not None or _is_slip_of(folded_word, _CODE_FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReference:
    """What a question says about one place in a law.

    `article` is the bare number («98», «10-1»); `clause` the full number when it goes below the article («14.3-1»); `part`
    the numbered part («hissə») of the article. `law_words` are the folded words left over, among them the law's name when
    the question gives one. `explicit` tells that the question says «article» or names a code; a bare «375.0.1» does not.
    """

    article: str
    clause: str | None = None
    part: str | None = None
    law_words: tuple[str, ...] = ()
    explicit: bool = True


def parse_references(query: str) -> list[ArticleReference]:
    """Return the articles that a query names, in order, without repetition; empty when it names none.

    A number counts as an article beside the word «maddə», with a clause's shape («375.0.1», «14.3-1»), or after the name of a
    code («CM 177»). Ages, sums, dates and years do not.
    """
    tokens = _tokens(query)
    kinds = [_kind(token) for token in tokens]
    used: set[int] = set()
    numbers = _numbers_of(tokens, kinds, _ARTICLE_WORD, used)
    explicit = bool(numbers)
    clauses = _numbers_of(tokens, kinds, _CLAUSE_WORD, used)
    parts = _numbers_of(tokens, kinds, _PART_WORD, used)
    if not numbers:
        shaped = [place for place, kind in enumerate(kinds) if kind == "clause" and place not in used and not _is_amount(tokens, place)]
        names = [place for place, token in enumerate(tokens) if _names_code(tokens, place, token)]
        explicit = bool(names)
        numbers = [number for number in map(tokens.__getitem__, shaped) if names or number.count(".") > 1 or ("." in number and "-" in number)]
        used.update(shaped)
        if not numbers and names:
            numbers = _beside_name(tokens, kinds, names, used)
    if numbers and not clauses:
        clauses = [
            tokens[place] for place, kind in enumerate(kinds) if kind == "clause" and place not in used and tokens[place].startswith(f"{numbers[0]}.")
        ]
    if not numbers and clauses and "." in clauses[0]:
        numbers, clauses, explicit = clauses, [], True
    words_left = tuple(
        word
        for place, token in enumerate(tokens)
        if place not in used
        for word in ABBREVIATIONS.get(token, token).split()
        if kinds[place] == "word" and not _FILLER.fullmatch(word) and not _is_slip_of(word, _ABOUT_FORMS)
    )
    clause = clauses[0] if clauses else None
    part = parts[0] if parts else None
    return [_reference(number, clause, part, words_left, explicit=explicit) for number in dict.fromkeys(numbers)]


def _tokens(query: str) -> list[str]:
    """Fold into words; an ordinal's ending that stands apart («98 ci») is dropped, a spelled ordinal becomes its number."""
    latin = transliterate_cyrillic(normalise(query))
    folded = [fold(word).strip(".-") for word in words(re.sub(r"(?<=\d)\s*[-–]\s*(?=[^\W\d])", "-", latin.replace("№", " ")))]
    tokens: list[str] = []
    tens = 0
    for token in folded:
        if tokens and tokens[-1][-1:].isdigit() and len(token) < 5 and is_suffix(token) and re.match(r"[iu]?n?c[iu]", token):
            continue
        if token in _TENS:
            tens += _TENS[token]
            tokens.append(token)
        elif token in _ROUND or (token in _UNITS and token):
            value = _ROUND.get(token) or _UNITS.index(token)
            while tens and tokens and tokens[-1] in _TENS:
                value += _TENS[tokens.pop()]
            tokens.append(str(value))
            tens = 0
        elif token:
            tens = 0
            tokens.append(token)
    return ["madde" if word == "m" and following[:1].isdigit() else word for word, following in zip(tokens, [*tokens, ""][1:], strict=True)]


def _kind(token: str) -> str:
    if not token[0].isdigit():
        return "word"
    if not _NUMBER.fullmatch(token) or re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", token):
        return "other"
    return "clause" if "." in token or "-" in token else "number"


def _is_number(kind: str) -> bool:
    return kind in ("clause", "number")


def _is_amount(tokens: list[str], place: int) -> bool:
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    return _UNIT.fullmatch(following) is not None


def _numbers_of(tokens: list[str], kinds: list[str], word: re.Pattern[str], used: set[int]) -> list[str]:
    """Return the numbers that belong to a word like «maddə»: those just before it (with «və» between), else the one after it."""
    found: list[str] = []
    for place, token in enumerate(tokens):
        if kinds[place] != "word" or not (word.fullmatch(token) or (word is _ARTICLE_WORD and _is_slip_of(token, _ARTICLE_FORMS))):
            continue
        before: list[int] = []
        at = place - 1
        while at >= 0 and at not in used and (_is_number(kinds[at]) or (before and tokens[at] in ("ve", "ya", "yaxud"))):
            if _is_number(kinds[at]):
                before.insert(0, at)
            at -= 1
        after = [at for at in (place + 1,) if at < len(tokens) and at not in used and _is_number(kinds[at]) and not _is_amount(tokens, at)]
        after = after or [at for at in (place + 2,) if at < len(tokens) and tokens[at - 1] in ("n", "no", "nomre") and _is_number(kinds[at])]
        chosen = before or after
        if chosen:
            used.update([place, *chosen])
            found += [tokens[at] for at in chosen]
        elif word is _ARTICLE_WORD:
            used.add(place)
        elif word is _PART_WORD and place and _ROMAN.fullmatch(tokens[place - 1]):
            used.update([place - 1, place])
            found.append(tokens[place - 1])
    return found


def _is_slip_of(word: str, forms: tuple[str, ...]) -> bool:
    """Whether a word is one of the forms but for one slip of the fingers, or for «a» written throughout for «ə».

    «maddi» is a word of its own and no slip of «maddə».
    """
    spelled = word.replace("a", "e")
    return len(word) > 3 and word != "maddi" and any(OSA.distance(spelled, form.replace("a", "e"), score_cutoff=1) <= 1 for form in forms)


def _names_code(tokens: list[str], place: int, token: str) -> bool:
    if token not in ABBREVIATIONS:
        return is_code_word(token)
    following = tokens[place + 1] if place + 1 < len(tokens) else ""
    return bool(following) and following[0].isdigit()


def _beside_name(tokens: list[str], kinds: list[str], names: list[int], used: set[int]) -> list[str]:
    """Return the bare number that stands after the name of a code, or opens a query that ends with one («177 cinayət məcəlləsi»)."""
    candidates = [place for name in names for place in (name + 1,) if place < len(tokens)]
    candidates += [place for place in (0, len(tokens) - 1) if tokens]
    for place in candidates:
        year = tokens[place].isdigit() and 1900 <= int(tokens[place]) <= 2099
        if kinds[place] == "number" and not year and not _is_amount(tokens, place) and place not in used:
            used.add(place)
            return [tokens[place]]
    return []


def _reference(number: str, clause: str | None, part: str | None, law_words: tuple[str, ...], *, explicit: bool) -> ArticleReference:
    article = number.split(".", 1)[0]
    if "." in number:
        clause = number
    elif clause is not None and not clause.startswith(f"{article}."):
        clause = clause if "." in clause else f"{article}.{clause}"
    return ArticleReference(article=article, clause=clause, part=part, law_words=law_words, explicit=explicit)
