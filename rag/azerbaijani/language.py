"""Which language a message is in, from its letters and commonest words; a model would be slower and no surer on ten words."""

import re
from typing import Final, Literal

from rag.azerbaijani.letters import fold
from rag.azerbaijani.script import CYRILLIC, looks_azerbaijani, normalise
from rag.azerbaijani.words import words

Language = Literal["az", "en", "ru"]

AZERBAIJANI_LETTER: Final = re.compile("[əğışçöüƏĞİŞÇÖÜ]")
LATIN: Final = re.compile("[a-zA-Zə]")
LATIN_WORD: Final = re.compile(r"[a-zA-ZəğışçöüƏĞİŞÇÖÜ]{2,}")
CYRILLIC_WORD: Final = re.compile(r"[Ѐ-ӿ]{2,}")
NAMES: Final = frozenset({"asan", "xidmet", "dost", "sima", "mygov", "imza", "imei", "voen", "login", "kommunal", "token", "edv", "mmc"})
"""Names of services are written in Latin letters in a Russian question too; they tell no language there."""

_ENGLISH: Final = """
    the of to in for and or is are was were be been what how where when who whom which why do does did i my me you your we our it its this
    that these those can could should would will shall may must need want get have has had much many long with without from about by at on
    if not no please hello hi thanks thank there here any some apply cost costs fee fees lost new old home address office open
    yes child children baby adult daughter wife husband mother father parents foreign foreigner foreigners citizen citizens citizenship
    passport identity card cards driver driving licence license permit price prices change surname name visa extension extend expired stolen
    criminal record police certificate certificates birth death marriage divorce family apostille notary attorney inheritance certified
    translation military service vehicle inspection car registration register number plate traffic fine fines tax taxes income vat refund
    company business start trademark mortgage student loan gas water electricity connection bill bills school grade first kindergarten diploma
    recognition doctor health insurance medical pension retirement age benefit benefits allowance grant disability assistance aid
    unemployment unemployed leave vacation maternity annual resign job employment employer contract probation salary wages complaint appeal
    information request consumer rights return goods shop centre center hours phone hotline call electronic digital signature website
    residence resident temporary permanent travel abroad embassy state law laws article court ministry government day days month months year
    years week hours free duplicate replace replacement renew renewal correct mistake submit application form required documents document
"""
ENGLISH_WORDS: Final = frozenset(_ENGLISH.split())
_AZERBAIJANI: Final = """
    və bu o ki ilə bir nə nədir necə neçə neçəyə harada harda hansı kim niyə üçün lazım lazımdır olar olur var yox yoxdur mən məni mənim
    mənə sən siz sizin biz salam slm xahiş edirəm zəhmət olmasa qədər qeder çox az ev şəxsiyyət vəsiqə vəsiqəsi pul manat gün ay il iş sənəd
    sənədlər uşaq bəs də isə haqqında itib almaq etmək olmaq istəyirəm bilər bilərəm alım edim verilir rüsum rüsumu haçan vaxt görə kimi ala
    ola edə sonra əvvəl müraciət ünvan nömrə nömrəsi qiymət cərimə pensiya arayış şikayət məzuniyyət müavinət hə onda kağız kartı
    qeydiyyat nikah ərizə maşın prava kupça metrika vergi xidmət necədir neçədir neynim hardan uşağa uşağın
"""
AZERBAIJANI_WORDS: Final = frozenset(fold(word) for word in _AZERBAIJANI.split())
AZERBAIJANI_ENDING: Final = re.compile(
    r"...(?:d[iu]r|l[ae]r[iu]?|[ln][iu]n|[iu]n[iu]n|m[ae][kq]|d[ae]n|d[ae]|s[iu]n[iu]z|[iu]r[ae]m|[ae]m|[iu]b|[ae]c[ae][kq]"
    r"|l[iu][kq]|n[iu]|s[iu]|y[ae]|m[iu]z|s[ae]|y[iu]r)$"
)
ENGLISH_ENDING: Final = re.compile(r"..(?:ing|tion|ment|ness|ed|ly|ers?|ity|ence|ance|ght|ck|th|ive|ble|ss|ee|oo\w|ou\w+)$")


def detect_language(text: str, *, hint: Language = "az") -> Language:
    """Return the language of a message; `hint`, the language so far, when nothing tells (a number, a name, an empty text).

    Azerbaijani typed without diacritics or in Cyrillic letters is Azerbaijani. Turkish counts as Azerbaijani: the service
    understands it and answers in Azerbaijani.
    """
    text = normalise(text)
    latin = len(LATIN.findall(text))
    latin_words = sum(fold(word) not in NAMES for word in LATIN_WORD.findall(text))
    if CYRILLIC.search(text) and (not latin or len(CYRILLIC_WORD.findall(text)) > latin_words):
        return "az" if looks_azerbaijani(text) else "ru"
    balance = 2.0 * min(len(AZERBAIJANI_LETTER.findall(text)), 3)
    for word in words(text):
        plain, folded = word.lower(), fold(word)
        balance += 2 * (folded in AZERBAIJANI_WORDS) + bool(AZERBAIJANI_ENDING.search(folded)) + ("q" in plain.replace("qu", ""))
        balance -= 2 * (plain in ENGLISH_WORDS) + bool(ENGLISH_ENDING.search(plain)) + ("w" in plain and plain not in AZERBAIJANI_WORDS) * 0.5
    if balance == 0 and latin:
        return hint if hint == "en" else "az"
    return ("en" if balance < 0 else "az") if latin else hint
