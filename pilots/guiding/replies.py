"""What a reply means: a command, an option by its words or number, or the same in free words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from pilots.evidence import WordWeights, contains, said_terms
from pilots.guiding.dialogue import OTHER, Attribute, write_age
from pilots.guiding.questions import Ask
from pilots.guiding.wording import Command, load_guiding
from pilots.lexemes import Lexicon, skeleton, skeletons
from pilots.matching import overlap
from pilots.quantities import NUMBER_WORDS, UNITS
from pilots.reading import Reading
from rag.azerbaijani import STOP_WORDS, words

# A message is a command or an option up to slips: one in a short one, one in five letters of a longer one; numbers must be right.
LETTERS_A_SLIP = 5
SHORTEST_SLIPPED = 4
MOST_SLIPS = 2
# How much of a free reply the words of an option must hold, and how much more than those of the next one.
FREE_SHARE = 0.5
FREE_LEAD = 0.1
# How other forms and languages say the units that the pilots know. Foreign years are left out: «25 лет» and «5 years» are ages.
UNIT_FORMS = {
    "eylig": "ey",
    "iledek": "il",
    "дн": "gun",
    "ден": "gun",
    "рабоч": "is",
    "working": "is",
    "busines": "is",
    "месяц": "ey",
    "month": "ey",
    "недел": "hefte",
    "week": "hefte",
}
DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
# «2-ci», «2)», «№ 2», «variant 2»: the number of an option, whatever else a bare number might mean.
PLACE = re.compile(
    r"^\W*(?:variant|seçim|option|вариант)?\W*(\d{1,2})\s*(?:[.)]|-?\s*(?:n?c[ıiuü]|й|я|nd|st|rd|th)\w*)?(?:\s*(?:variant|seçim)\w*)?\W*$",
    re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"^\W*(\d{1,3})\W*$")
ORDINALS = {
    word: place
    for place, word in enumerate(skeletons("birinci ikinci üçüncü dördüncü beşinci altıncı yeddinci səkkizinci doqquzuncu onuncu"), start=1)
}
AT_ONCE = skeleton("dərhal")
OLDEST = 120
DASHES = str.maketrans("–—−‑", "----")


@dataclass(frozen=True, slots=True)
class Option:
    """A value as it is offered."""

    value: str
    label: str


class Replies:
    """Understands replies; the words it knows are read once."""

    def __init__(self) -> None:
        texts = load_guiding()
        self._commands: dict[tuple[str, ...], Command] = {
            tuple(_content(skeletons(written))): command for command, listed in texts.commands.items() for written in listed
        }
        self._changes: dict[tuple[str, ...], Attribute] = {
            tuple(skeletons(written)): attribute
            for attribute, messages in texts.changes.items()
            for written in (messages.az, messages.en, messages.ru)
        }
        self._change_words = Lexicon({"change": texts.change_words})
        self._change_what = Lexicon({str(attribute): listed for attribute, listed in texts.change_what.items()})
        self._says = Lexicon({"agrees": texts.agrees, "refuses": texts.refuses}, forgiving=False)
        self._pace = Lexicon({"soonest": texts.soonest, "slowest": texts.slowest})
        self._guiding = Lexicon({"guiding": texts.guiding})
        self._meanings = Lexicon(
            {meaning: [said for said, known in texts.meanings.items() if known == meaning] for meaning in set(texts.meanings.values())}
        )

    def counted(self) -> Counter[str]:
        """Return the words of replies and of being guided: they are known, so no slip is looked for in them."""
        texts = load_guiding()
        listed = (*texts.guiding, *texts.soonest, *texts.slowest, *texts.agrees, *texts.refuses, *texts.change_words, *texts.meanings)
        commands = (written for spellings in texts.commands.values() for written in spellings)
        return Counter(word for written in (*listed, *commands) for word in words(written))

    def command(self, tokens: Sequence[str]) -> Command | None:
        """Return the command that a whole message is, slips forgiven."""
        said = _content(tokens)
        if not said or len(said) > 6:
            return None
        return next((command for written, command in self._commands.items() if _alike(said, written)), None)

    def change(self, tokens: Sequence[str], given: Sequence[Attribute]) -> Attribute | None:
        """Return the answer that a message wants to change, among those that were given."""
        if exact := self._changes.get(tuple(tokens)):
            return exact
        if not self._change_words.occurrences(tokens):
            return None
        named = [attribute for attribute in self._change_what.labels(tokens) if attribute in given]
        return next((attribute for attribute in given if attribute in named), None)

    def refuses(self, tokens: Sequence[str]) -> bool:
        return "refuses" in self._says.labels(tokens)

    def guiding_words(self, tokens: Sequence[str]) -> set[str]:
        """Return the words that only ask to be guided."""
        return {tokens[place] for found in self._guiding.occurrences(tokens) for place in range(found.start, found.end)}

    def exact(self, text: str, ask: Ask, options: Sequence[Option]) -> str | None:
        """Return the value of the option that a message is: its label, its number or its ordinal."""
        tokens = skeletons(text)
        if found := next((option.value for option in options if skeletons(option.label) == tokens), None):
            return found
        slipped = [
            option.value for option in options if _numbers(skeletons(option.label)) == _numbers(tokens) and _alike(tokens, skeletons(option.label))
        ]
        if len(slipped) == 1:
            return slipped[0]
        if bare := BARE_NUMBER.match(text):
            meant = self._bare(int(bare[1]), ask, options)
            if meant is not None:
                return meant
            if ask.attribute == "age":
                return None
        place = PLACE.match(text)
        number = int(place[1]) if place else next((ORDINALS[token] for token in tokens[:1] if token in ORDINALS and len(tokens) <= 2), 0)
        return options[number - 1].value if 0 < number <= len(options) else None

    def _bare(self, number: int, ask: Ask, options: Sequence[Option]) -> str | None:
        """«5» is an age where an age is asked for, and «3» is three days where a term of three days is offered."""
        if ask.attribute == "age":
            age = (number, number + 1)
            return write_age(age) if number <= OLDEST and any(overlap(age, *_ages(value)) > 0 for value in ask.values) else None
        if ask.attribute == "term":
            return next((option.value for option in options if skeletons(option.label)[:1] == [str(number)]), None)
        return None

    def free(self, reading: Reading, ask: Ask, options: Sequence[Option]) -> str | None:
        """Return the value that a reply in free words means, None when it means none or several."""
        said = reading.conditions
        tokens = reading.tokens
        match ask.attribute:
            case "age":
                lengths = length_words(tokens)
                numbers = (int(token) for token in tokens if token.isdigit() and token not in lengths)
                age = said.age or next(((number, number + 1) for number in numbers if number <= OLDEST), None)
                return write_age(age) if age and any(overlap(age, *_ages(value)) > 0 for value in ask.values) else None
            case "event":
                return self._event(said.event, tokens, ask)
            case "person":
                return said.person if said.person in ask.values else self._by_words(reading, options)
            case "place":
                return said.place if said.place in ask.values else self._by_words(reading, options)
            case "term":
                return self._term(tokens, ask.values)
            case "service" if len(ask.values) == 1 and "agrees" in self._says.labels(tokens):
                return ask.values[0]
            case "case" | "service":
                return term_among(length_said(tokens), ask.values) or self._by_words(reading, options)

    def _event(self, said: str | None, tokens: Sequence[str], ask: Ask) -> str | None:
        if said in ask.values:
            return said
        labels = self._says.labels(tokens)
        if OTHER in ask.values and "refuses" in labels:
            return OTHER
        real = [value for value in ask.values if value != OTHER]
        return real[0] if "agrees" in labels and len(real) == 1 else None

    def _term(self, tokens: Sequence[str], values: Sequence[str]) -> str | None:
        if found := term_among(length_said(tokens), values):
            return found
        paced = sorted((value for value in values if days_of(value) is not None), key=lambda value: days_of(value) or 0.0)
        labels = self._pace.labels(tokens)
        if not paced or not labels:
            return None
        return paced[0] if labels[0] == "soonest" else paced[-1]

    def _by_words(self, reading: Reading, options: Sequence[Option]) -> str | None:
        """Return the one option whose words the reply says; what every option says tells nothing.

        Words that no option has count against the reply, politeness does not count at all, nor does a length of time where no option has one.
        """
        labels = [option.label.translate(DASHES) for option in options]
        written = [frozenset(skeletons(label)) for label in labels]
        lengths = set[str]() if any(length_said(skeletons(label)) for label in labels) else length_words(reading.tokens)
        said = [token.translate(DASHES) for token in _content(reading.tokens) if token not in lengths]
        said += [token for meaning in self._meanings.labels(reading.tokens) for token in skeletons(meaning)]
        said += [span for own in written for span in own for token in said if _lies_in(token, span)]
        known = {token for token in said if any(contains(own, token) for own in written)}
        topic = {token: 1.0 for token in said if token in known or token in reading.topic}
        telling = {token: 1.0 for token in topic if not all(contains(own, token) for own in written)}
        weights = WordWeights.among(telling, labels)
        shares = sorted(((weights.coverage(label), place) for place, label in enumerate(labels)), key=lambda share: -share[0])
        if not known & telling.keys() or len(known) < FREE_SHARE * len(topic):
            return None
        if len(shares) > 1 and shares[0][0] < shares[1][0] + FREE_LEAD * shares[0][0]:
            return None
        return options[shares[0][1]].value


def length_said(tokens: Sequence[str]) -> str | None:
    """Return the lengths of time that were said («6 aylıq, 10 iş gününə») in one written form, None when none was."""
    return " ".join(f"{count} {unit}" for count, unit in sorted(_lengths(tokens))) or None


def length_words(tokens: Sequence[str]) -> set[str]:
    """Return the words in which a length of time is said: they name no service."""
    written = _at_home(tokens)
    return {
        token
        for place, count in enumerate(written)
        for near in (1, 2)
        if count.isdigit() and said_terms([count, *written[place + near : place + near + 1]])
        for token in tokens[place : place + near + 1]
    }


def term_among(length: str | None, values: Sequence[str]) -> str | None:
    """Return the value that names most of what was said, as `length_said` writes it, and nothing else.

    None when no value does, or several equally.
    """
    said = set(_pairs(length or ""))
    sized = [(len(own), value) for value in values if (own := set(_pairs(length_said(skeletons(value)) or ""))) and own <= said]
    most = max((size for size, _ in sized), default=0)
    found = [value for size, value in sized if size == most]
    return found[0] if len(found) == 1 else None


def _pairs(length: str) -> list[tuple[str, str]]:
    words_of = length.split()
    return list(zip(words_of[::2], words_of[1::2], strict=True))


def _lengths(tokens: Sequence[str]) -> set[tuple[str, str]]:
    return {(count, UNITS[unit]) for count, unit in said_terms(_at_home(tokens))}


def _at_home(tokens: Sequence[str]) -> list[str]:
    """Return the words with numbers in figures and units in the form that the pilots know."""
    written = [str(NUMBER_WORDS.get(token, token)) for token in tokens]
    return [next((own for form, own in UNIT_FORMS.items() if token.startswith(form)), token) for token in written]


def _lies_in(number: str, span: str) -> bool:
    """Tell whether a number lies in a written span: 70 in «61-80»."""
    start, dash, end = span.partition("-")
    return bool(dash) and number.isdigit() and start.isdigit() and end.isdigit() and int(start) <= int(number) <= int(end)


def days_of(term: str) -> float | None:
    """Return how long a written term is, in days; None when it names no length of time."""
    tokens = skeletons(term)
    if AT_ONCE in tokens:
        return 0.0
    said = _lengths(tokens)
    return sum(int(count) * DAYS[unit] for count, unit in said) if said else None


def _ages(value: str) -> tuple[int, int]:
    start, _, end = value.partition("-")
    return int(start), int(end)


def _numbers(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if any(map(str.isdigit, token))]


def _content(tokens: Sequence[str]) -> list[str]:
    """Return the words that say something; a message of nothing but particles stays as it is."""
    return [token for token in tokens if token not in _POLITE] or list(tokens)


def _alike(said: Sequence[str], written: Sequence[str]) -> bool:
    one, other = " ".join(said), " ".join(written)
    slips = min(MOST_SLIPS, max(1, len(other) // LETTERS_A_SLIP)) if len(other) >= SHORTEST_SLIPPED else 0
    return one == other or (slips > 0 and one[:1] == other[:1] and OSA.distance(one, other, score_cutoff=slips) <= slips)


_POLITE = frozenset(skeletons("lütfən please пожалуйста")) | frozenset(map(skeleton, STOP_WORDS))
