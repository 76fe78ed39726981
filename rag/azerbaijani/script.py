"""Text as it was meant to be written: invisible characters gone, look-alike letters repaired, Cyrillic read as Latin."""

import re
import unicodedata
from typing import Final

AZERBAIJANI_CYRILLIC: Final = frozenset("әҝғөүһҹјӘҜҒӨҮҺҸЈ")
"""Letters that Azerbaijani Cyrillic has and Russian has not."""

INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)
"""Soft hyphens, zero-width and direction marks, control characters and lone surrogates (which UTF-8 cannot carry)."""

MIXED_WORD: Final = re.compile(r"[^\W\d_]*(?:[a-zA-ZÀ-ɏə][Ѐ-ӿ]|[Ѐ-ӿ][a-zA-ZÀ-ɏə])[^\W\d_]*")
CYRILLIC: Final = re.compile(r"[Ѐ-ӿ]")
SENTENCE: Final = re.compile(r"[^.!?…\n]+[.!?…\n]*|[.!?…\n]+")
WORD: Final = re.compile(r"[^\W\d_]+")


def _both_cases(small: dict[str, str]) -> dict[int, str]:
    """Extend a table of small letters with capitals, in Azerbaijani case (i → İ)."""
    capitals = {key.upper(): value.replace("i", "İ").upper() if len(value) == 1 else value.capitalize() for key, value in small.items()}
    return {ord(key): value for key, value in {**small, **capitals}.items()}


LOOK_ALIKE: Final = _both_cases(dict(zip("аеорсухкіјһѕԁәғөү", "aeopcyxkijhsdəğöü", strict=True))) | {
    ord(cyrillic): latin for cyrillic, latin in zip("ВМНТЗ", "BMHTÇ", strict=True)
}

WRONG_CODE_PAGE: Final = _both_cases(dict(zip("зєэцью", "çşıöüş", strict=True)))
"""Azerbaijani letters of old legal files that were read in a Cyrillic code page («keзirilən», «єəxslər»)."""

ALPHABET: Final = _both_cases(
    dict(zip("абвгғдеәжзиыјйкҝлмноөпрстуүфхһчҹшщэ", "abvqğdeəjziıyykglmnoöprstuüfxhçcşşe", strict=True))
    | {"ц": "ts", "ю": "yu", "я": "ya", "ё": "yo", "ь": "", "ъ": ""}
)
"""The 1958–1991 Cyrillic alphabet, letter by letter."""

RUSSIAN_KEYBOARD: Final = (
    (re.compile(r"дж", re.IGNORECASE), "ҹ"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])[яэ]", re.IGNORECASE), "ә"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])ю", re.IGNORECASE), "ү"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])ё", re.IGNORECASE), "ө"),
    (re.compile(r"г(?=[еиьәүө])", re.IGNORECASE), "ҝ"),
)
"""How Azerbaijani is spelled on a keyboard that has Russian letters only: дж for ҹ, я or э for ә, ю for ү, ё for ө."""

_RUSSIAN: Final = """
    и в во на не что чтобы как где когда сколько мне меня мой моя мои нужно нужны надо можно нельзя ли по с со за у я мы вы он она оно они
    для из от до при или но а если это этот эта эти какие какой какая какую какое кто куда откуда почему зачем есть был была было были стоит
    получить сделать подать оформить документы документ паспорта справку через после без под над об о к ко ваш наш его её их здравствуйте
    добрый день спасибо пожалуйста
"""
RUSSIAN_WORDS: Final = frozenset(_RUSSIAN.split())
_AZERBAIJANI: Final = """
    ве вэ вя бу о ки иле илэ иля бир ня не неди недир нэ нече нечэ няче неча нечаэдир харада хара хардан хансы ким кимэ нийе нийя учун ючун
    лазым лазымдыр олар олур олмаз вар вардыр йох йохдур йохса мен мян мэн мене мяня мэнэ сиз сизе биз бизе салам хахиш едирем эдирям едирам
    гедер гядяр гэдэр кадар чох аз эв ев шехсиййет вэсигэ весиге вясигя васига пул манат гюн гун ай ил иш сенед сянэд сяняд сэнэд неджя
    недже некя неча узре хаггында сонра эввел аввал ушаг ушак кечид верилир алмаг алмак етмек этмяк этмэк олмаг олмак истейирем истяйирям
    истэйирэм билер билярям пулу русум русуму гадар гедерди гадарди бес бэс бяс олуб итиб весиге весигем весигеми вясигя гуне гуну саат
    нечейе аладжам тезеси шенбе ушагыма ушага машын сонра
"""
AZERBAIJANI_WORDS: Final = frozenset(_AZERBAIJANI.split())
AZERBAIJANI_ENDING: Final = re.compile(
    r"..(?:д[ыиую]р|л[аеяэ]р|н[ыиую]н|м[аеяэ][кг]|д[аеяэ]н|с[аеяэ]н|[ыи]р[аеяэ]м|с[ыиую]н[ыиую]з|адж?аг|едж?ек|ядж?як|[гкй][еэя]си|[цч]улук)$"
)
NOT_RUSSIAN: Final = re.compile("[бвдзлмнпрстф]э|й[аеиуыэя]|[гкх]ы|[жчшщ]я|[жчшщ]ы|дж[аеиыоуэя]|[ауыи]джа|дир(?:$|л)|дыр(?:$|л)|маг$|мак$")
"""Letters together that Russian spelling does not allow or hardly has, and that Azerbaijani in Russian letters is full of."""

RUSSIAN_ENDING: Final = re.compile(
    r"..(?:ть|ться|тся|ого|его|ому|ему|ый|ий|ой|ая|ое|ые|ие|ию|ов|ев|ами|ями|ах|ях|ешь|ете|ют|ение|ения|ость|ции|ция|ку|ки)$"
)


def normalise(text: str) -> str:
    """Return the text cleaned for display: composed (NFC), without invisible characters, in one alphabet within a word.

    Variants of the schwa (ǝ, Cyrillic ә) become ə. The letter ä becomes ə only in a text that is otherwise Azerbaijani and
    has no ə of its own, so German names stay as they are. Case, spacing and punctuation are untouched. Idempotent.
    """
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", text))
    if text.isascii():
        return text
    text = text.replace("i\u0307", "i").replace("I\u0307", "İ").replace("ǝ", "ə").replace("Ǝ", "Ə")
    if CYRILLIC.search(text):
        text = MIXED_WORD.sub(_repair, text)
    if ("ä" in text or "Ä" in text) and not ("ə" in text or "Ə" in text) and re.search("[ğışçĞİŞÇ]", text):
        text = text.replace("ä", "ə").replace("Ä", "Ə")
    return unicodedata.normalize("NFC", text)


def _repair(match: re.Match[str]) -> str:
    word = match.group()
    foreign = [ord(letter) for letter in word if CYRILLIC.match(letter)]
    if all(letter in LOOK_ALIKE for letter in foreign):
        return word.translate(LOOK_ALIKE)
    if all(letter in LOOK_ALIKE or letter in WRONG_CODE_PAGE for letter in foreign):
        return word.translate(WRONG_CODE_PAGE).translate(LOOK_ALIKE)
    return word.translate(ALPHABET)


def transliterate_cyrillic(text: str) -> str:
    """Write Azerbaijani sentences in Cyrillic letters with Latin ones; sentences in Russian stay untouched.

    A sentence is Azerbaijani when it has a letter that Russian lacks, or when its words and endings look more Azerbaijani
    than Russian (people also type Azerbaijani on Russian keyboards: «паспорт нечя гюня верилир»).
    """
    if not CYRILLIC.search(text):
        return text
    return "".join(_transliterate(sentence) for sentence in SENTENCE.findall(text))


def _transliterate(sentence: str) -> str:
    if not AZERBAIJANI_CYRILLIC.isdisjoint(sentence):
        return sentence.translate(ALPHABET)
    if not looks_azerbaijani(sentence):
        return sentence
    for pattern, letter in RUSSIAN_KEYBOARD:
        sentence = pattern.sub(lambda match, letter=letter: letter.upper() if match.group()[0].isupper() else letter, sentence)
    return sentence.translate(ALPHABET)


def looks_azerbaijani(sentence: str) -> bool:
    """Whether a sentence in Cyrillic letters is Azerbaijani rather than Russian. False when nothing tells."""
    if not AZERBAIJANI_CYRILLIC.isdisjoint(sentence):
        return True
    balance = 0
    for word in WORD.findall(sentence.lower()):
        if CYRILLIC.match(word):
            balance += 2 * (word in AZERBAIJANI_WORDS) + bool(AZERBAIJANI_ENDING.search(word)) + 2 * bool(NOT_RUSSIAN.search(word))
            balance -= 2 * (word in RUSSIAN_WORDS) + bool(RUSSIAN_ENDING.search(word))
    return balance > 0
