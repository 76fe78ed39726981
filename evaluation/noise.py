"""How people really type: seeded noise for questions. A measurement without it flatters every retriever."""

import random
import re
from collections.abc import Callable
from typing import Final, Literal, get_args

from rag.azerbaijani import lower, upper

NoiseKind = Literal["ascii", "upper", "chat", "typo", "dialect", "cyrillic", "ru_keyboard"]
NOISE_KINDS: Final[tuple[NoiseKind, ...]] = get_args(NoiseKind)

WORD: Final = re.compile(r"[^\W\d_]+")

ASCII: Final = str.maketrans("əğışçöüƏĞİŞÇÖÜ", "egiscouEGISCOU")

CHAT_WORDS: Final = {
    "salam": ("slm",), "zəhmət olmasa": ("zehmet olmasa", "zhmt olmasa"), "nə qədər": ("ne qeder", "neqeder"), "necə": ("nece",),
    "neçə": ("nece", "neche"), "hansı": ("hansi",), "üçün": ("ucun", "uchun"), "şəxsiyyət vəsiqəsi": ("sv", "shexsiyyet vesiqesi"),
    "bir": ("1", "bir"), "və": ("ve", "və"), "görə": ("gore",), "haqqında": ("haqqda", "haqqinda"), "harada": ("harda",),
    "hansıdır": ("hansidi",), "edilir": ("edilir", "olunur"),
}  # fmt: skip
"""Abbreviations and short forms; each is drawn with even chances from the ways people write it."""

DIALECT: Final = (
    (r"(?<=[nm])l(?=[aə]r)", "n", 0.7),  # onlar → onnar
    (r"(?<=[nm])d(?=[aə]n\b)", "n", 0.7),  # nədən, məndən → mənnən
    (r"(?<=d[ıiuü])r\b", "", 0.9),  # lazımdır → lazımdı
    (r"(?<=[sz])[ıiuü]n(?=[ıiuü]z\b)", "", 0.8),  # edirsiniz → edirsiz
    (r"(?<=[aə])c[aə][ğy](?=[aə]m\b)", "c", 0.8),  # edəcəyəm → edəcəm
    (r"\bnecə\b", "nətər", 0.5),
    (r"\bbelə\b", "bələ", 0.8),
    (r"\belə\b", "ələ", 0.8),
    (r"\bnə qədər(?=d|\b)", "nə qədə", 0.6),
    (r"\bharaya\b", "hara", 0.7),
    (r"\bharada\b", "harda", 0.9),
    (r"\bburada\b", "burda", 0.9),
    (r"\büçün\b", "üçü", 0.4),
    (r"\bindi\b", "hindi", 0.3),
    (r"\bsonra\b", "sora", 0.7),
    (r"\bdəyişdir", "dəyiş", 0.6),
    (r"(?<=[^\W\d_][^\W\d_])əyi(?=[rm])", "iyi", 0.9),  # istəyirəm → istiyirəm
    (r"(?<=[^\W\d_][^\W\d_])ayı(?=[rm])", "ıyı", 0.9),  # saxlayır → saxlıyır
)  # fmt: skip
"""How endings and small words are spoken, with the chance that a speaker writes them so: assimilations that hold from Baku to Qazax, dropped
sounds, and forms of the western and southern dialects. Case endings and stems stay recognisable, as they do in writing."""

KEY_ROWS: Final = ("qüertyuiopöğ", "asdfghjklıə", "zxcvbnmçş")

CYRILLIC: Final = dict(zip("abvqğdeəjziıykglmnoöprstuüfxhçcşw", "абвгғдеәжзиыјкҝлмноөпрстуүфхһчҹшв", strict=True))

RUSSIAN_KEYBOARD: Final = CYRILLIC | {"ğ": "г", "ə": "е", "y": "й", "g": "г", "ö": "о", "ü": "у", "h": "х", "c": "дж"}
"""What is left of the Cyrillic alphabet on a keyboard that has Russian letters only; ə is drawn from е, э, я and а."""


def apply_noise(text: str, kind: NoiseKind, *, seed: int) -> str:
    """Return the text as somebody in a hurry would have typed it. The same text, kind and seed give the same result.

    `ascii` drops diacritics; `upper` is Azerbaijani capitals; `chat` is lower case with w or sh for ş, a for ə, no other
    diacritics and a few abbreviations; `typo` makes one slip, in long questions two, in words of four letters or more; `dialect` is lower
    case as it is spoken; `cyrillic` is the alphabet of 1958–1991; `ru_keyboard` is Azerbaijani in Russian letters.
    """
    draw = random.Random(f"{kind}:{seed}:{text}")
    return _NOISE[kind](text, draw)


def _ascii(text: str, draw: random.Random) -> str:
    return text.translate(ASCII)


def _upper(text: str, draw: random.Random) -> str:
    return upper(text)


def _chat(text: str, draw: random.Random) -> str:
    text = lower(text)
    for phrase, spellings in CHAT_WORDS.items():
        if draw.random() < 0.5:
            text = re.sub(rf"\b{phrase}\b", draw.choice(spellings), text)
    sh = draw.choice(["w", "sh", "s"])
    ch = draw.choice(["ch", "c", "c"])
    with_a = draw.random() < 0.3  # a habit: who writes a for ə does so throughout, though not in every word

    def spell(match: re.Match[str]) -> str:
        word = match.group().replace("ş", sh).replace("ç", ch)
        if with_a and draw.random() < 0.7:
            word = word.replace("ə", "a")
        return word.translate(ASCII)

    return WORD.sub(spell, text).rstrip("?.")


def _typo(text: str, draw: random.Random) -> str:
    places = [match.span() for match in WORD.finditer(text) if match.end() - match.start() >= 4]
    slips = min(len(places), 1 if len(places) < 6 else draw.choice([1, 2]))
    for start, end in sorted(draw.sample(places, slips), reverse=True):
        text = text[:start] + _slip(text[start:end], draw) + text[end:]
    return text


def _slip(word: str, draw: random.Random) -> str:
    """One slip of the fingers; the first letter is nearly always right, so it stays."""
    at = draw.randrange(1, len(word))
    match draw.choice(["swap", "drop", "double", "neighbour"]):
        case "swap":
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case "drop":
            return word[:at] + word[at + 1 :]
        case "double":
            return word[: at + 1] + word[at:]
        case _:
            return word[:at] + _neighbour(word[at], draw) + word[at + 1 :]


def _neighbour(letter: str, draw: random.Random) -> str:
    small = lower(letter)
    for row in KEY_ROWS:
        at = row.find(small)
        if at >= 0:
            near = draw.choice(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
            return upper(near) if letter != small else near
    return letter


def _dialect(text: str, draw: random.Random) -> str:
    text = lower(text)
    for pattern, spoken, chance in DIALECT:
        if draw.random() < chance:
            text = re.sub(pattern, spoken, text)
    return text


def _cyrillic(text: str, draw: random.Random) -> str:
    return _respell(text, CYRILLIC)


def _ru_keyboard(text: str, draw: random.Random) -> str:
    return _respell(text, RUSSIAN_KEYBOARD | {"ə": draw.choice(["е", "э", "я", "а"])})


def _respell(text: str, letters: dict[str, str]) -> str:
    def spell(letter: str) -> str:
        small = lower(letter)
        written = letters.get(small, letter)
        return written.capitalize() if small != letter and small in letters else written

    return "".join(map(spell, text))


_NOISE: Final[dict[NoiseKind, Callable[[str, random.Random], str]]] = {
    "ascii": _ascii,
    "upper": _upper,
    "chat": _chat,
    "typo": _typo,
    "dialect": _dialect,
    "cyrillic": _cyrillic,
    "ru_keyboard": _ru_keyboard,
}
