"""What a question says, word by word: what is asked, of which case, and which words name the thing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pilots.lexemes import Occurrence, skeleton
from pilots.spelling import Speller
from pilots.vocabulary import Vocabulary
from rag.azerbaijani import STOP_WORDS, Language, fold, normalise, words

# All of them skeletons, as the tokens they are compared with: «doqquz» is "doguz", «altı» is "elti".
UNITS = {"gun": "day", "ey": "month", "il": "year", "seet": "hour", "hefte": "week", "dey": "day"}
NUMBER_WORDS = {"bir": 1, "iki": 2, "uc": 3, "dord": 4, "bes": 5, "elti": 6, "yedi": 7, "sekiz": 8, "doguz": 9, "on": 10, "iyirmi": 20, "otuz": 30}
COUNTED = ("gun", "ey", "il", "menet", "yes", "nefer", "defe", "feiz", "seet", "hefte", "gepik", "sehife")
# «ilə» (with), «ilk» (first), «aylıq» (a monthly amount), «ailə», «eyni» (the same), «dəyişmə» (a change) and «dəyər» (a value) are no units.
NOT_UNITS = ("ile", "ilk", "eylig", "eyri", "eyil", "eyni", "ilig", "deyi", "deye", "deym")
# «yaşım 30-dur», «yaşı 5»
OWN_AGE = ("yesim", "yesi", "yesin")
SCRAP = 3
# «18 yaşdan kiçik», «aşağı», «az»
# Who types one of these takes an a for an a.
AZERBAIJANI_LETTERS = frozenset("əğışçöü")
UNDER = ("kicik", "kicig", "esegi", "ez")
# Aspect words are also topic words («sənəd surəti», «əlilliyə görə ödəniş»), so they still count a little when a source is chosen.
ASPECT_WEIGHT = 0.25
CONDITION_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time that the person named: «1 günə», «10 iş günü»."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the person has said of the case. An age is an interval of whole years, the end not included."""

    age: tuple[int, int] | None = None
    event: str | None = None
    person: str | None = None
    place: str | None = None
    term: Term | None = None

    def merged(self, later: "Conditions") -> "Conditions":
        """Return these conditions with what was said later in their place."""
        return Conditions(
            age=later.age or self.age,
            event=later.event or self.event,
            person=later.person or self.person,
            place=later.place or self.place,
            term=later.term or self.term,
        )

    def as_json(self) -> dict[str, str | int]:
        values: dict[str, str | int | None] = {
            "age_from": self.age[0] if self.age else None,
            "age_to": self.age[1] if self.age else None,
            "event": self.event,
            "person": self.person,
            "place": self.place,
            "term_count": self.term.count if self.term else None,
            "term_unit": self.term.unit if self.term else None,
        }
        return {key: value for key, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, values: Mapping[str, str | int]) -> "Conditions":
        return cls(
            age=(int(values["age_from"]), int(values["age_to"])) if "age_from" in values else None,
            event=str(values["event"]) if "event" in values else None,
            person=str(values["person"]) if "person" in values else None,
            place=str(values["place"]) if "place" in values else None,
            term=Term(int(values["term_count"]), str(values["term_unit"])) if "term_count" in values else None,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A question, read. `topic` holds the skeletons of the words that may name a service, with their weight in (0, 1]."""

    tokens: tuple[str, ...]
    aspects: tuple[str, ...]
    conditions: Conditions
    topic: Mapping[str, float] = field(default_factory=dict[str, float])
    is_public_service: bool = False
    written: str = ""
    """The question with short and colloquial names written out, for the search."""
    language: Language = "az"
    """The language that the question is typed in; everything above is in Azerbaijani whatever it is."""
    unknown: tuple[str, ...] = ()
    """Words of a question in another language that nothing is known of; they stand in `topic` as typed."""

    @property
    def understood(self) -> float:
        """The share of the telling words that was understood, in [0, 1]; 1 for a question in Azerbaijani."""
        telling = sum(weight > ASPECT_WEIGHT for weight in self.topic.values())
        return max(0.0, 1 - len(self.unknown) / telling) if telling else 1.0


def read(text: str, vocabulary: Vocabulary, speller: Speller | None = None) -> Reading:
    """Read a question in any usual spelling; a `speller` repairs slips first."""
    written, tokens = _write_out(words(normalise(text)), vocabulary, speller)
    weights = [0.0 if fold(word) in STOP_WORDS or _is_scrap(token, speller) else 1.0 for word, token in zip(written, tokens, strict=True)]
    events = vocabulary.events.occurrences(tokens)
    persons = vocabulary.persons.occurrences(tokens)
    places = vocabulary.places.occurrences(tokens)
    ages = vocabulary.ages.occurrences(tokens)
    age, age_at = _age(tokens)
    term, term_at = _term(tokens, age_at)
    taken = {*age_at, *term_at}
    aspects = [
        found
        for found in vocabulary.aspects.longest(tokens)
        if not _misread(found, written, tokens) and not set(range(found.start, found.end)) <= taken
    ]
    for occurrences, weight in (
        (vocabulary.fillers.occurrences(tokens), 0.0),
        (aspects, ASPECT_WEIGHT),
        (events, CONDITION_WEIGHT),
        (places, CONDITION_WEIGHT),
        (ages, CONDITION_WEIGHT),
        (persons, CONDITION_WEIGHT),
    ):
        for occurrence in occurrences:
            for place in range(occurrence.start, occurrence.end):
                weights[place] = min(weights[place], weight)
    for place in taken:
        weights[place] = 0.0
    topic: dict[str, float] = {}
    for token, weight in zip(tokens, weights, strict=True):
        if weight > 0:
            topic[token] = max(topic.get(token, 0.0), weight)
    return Reading(
        tokens=tuple(tokens),
        aspects=tuple(dict.fromkeys(occurrence.label for occurrence in aspects)),
        conditions=Conditions(
            age=age or (_interval(ages[0].label) if ages else None),
            event=events[0].label if events else None,
            person=persons[0].label if persons else None,
            place=places[0].label if places else None,
            term=term,
        ),
        topic=topic,
        is_public_service=_is_public_service(tokens, aspects, vocabulary),
        written=" ".join(written),
    )


def _is_public_service(tokens: Sequence[str], aspects: Sequence[Occurrence], vocabulary: Vocabulary) -> bool:
    """Tell whether a question is about public services at all: by its words, or by asking what only a service has.

    A fee, a document, a place or a right may be asked of a service that no list of words names; the weather has none of them.
    """
    if vocabulary.public_service.occurrences(tokens):
        return True
    if vocabulary.elsewhere.occurrences(tokens):
        return False
    return any(found.label not in ("quantity", "steps", "money") for found in aspects)


def _write_out(written: list[str], vocabulary: Vocabulary, speller: Speller | None) -> tuple[list[str], list[str]]:
    """Return the words and their skeletons with short and colloquial names written out in their place."""
    tokens = [skeleton(word) for word in written]
    if speller:
        is_careful = any(not AZERBAIJANI_LETTERS.isdisjoint(word) for word in written) and not all(map(str.isupper, written))
        meant = [speller.repair(word, is_name=is_name, is_careful=is_careful) for word, is_name in zip(written, _names(written), strict=True)]
        written, tokens = [repair.written for repair in meant], [repair.token for repair in meant]
    for token in tuple(tokens):
        if name := vocabulary.synonyms.get(token):
            place = tokens.index(token)
            written = [*written[:place], *name, *written[place + 1 :]]
            tokens = [*tokens[:place], *map(skeleton, name), *tokens[place + 1 :]]
    return written, tokens


def _names(written: Sequence[str]) -> list[bool]:
    """Tell of each word whether it is written as names and abbreviations are; in a question all in capitals nothing tells."""
    if all(word.isupper() for word in written if word.isalpha()):
        return [False] * len(written)
    return [(word.isupper() and len(word) > 1) or (place > 0 and word[0].isupper()) for place, word in enumerate(written)]


def _misread(found: Occurrence, written: Sequence[str], tokens: Sequence[str]) -> bool:
    """Tell whether an occurrence takes «necə» (how) for «neçə» (how many) or the other way round.

    The two are one word once folded; a written ç or something that is counted behind it tells.
    """
    if found.label not in ("steps", "quantity") or tokens[found.start : found.end] != ["nece"]:
        return False
    following = tokens[found.end] if found.end < len(tokens) else ""
    asks_number = "ç" in written[found.start].lower() or following.startswith(COUNTED)
    return asks_number == (found.label == "steps")


def _is_scrap(token: str, speller: Speller | None) -> bool:
    """Tell whether a token is too short to name anything: one letter, or up to three that no source has (a mistyped particle)."""
    return len(token) < 2 or (speller is not None and len(token) <= SCRAP and token.isalpha() and not speller.has(token))


def _interval(label: str) -> tuple[int, int]:
    start, _, end = label.partition("-")
    return int(start), int(end)


def _count(token: str) -> int | None:
    if token.isdigit() and len(token) <= 4:
        return int(token)
    return NUMBER_WORDS.get(token)


def _term(tokens: Sequence[str], taken: Sequence[int]) -> tuple[Term | None, tuple[int, ...]]:
    """«1 günə», «üç iş gününə», «10 günlük», and where it stands; a question «neçə gün» names none."""
    for place, token in enumerate(tokens):
        count = _count(token)
        if count is None or place in taken:
            continue
        for distance, following in enumerate(tokens[place + 1 : place + 3], start=1):
            for beginning, unit in UNITS.items():
                if following.startswith(beginning) and not following.startswith(NOT_UNITS):
                    return Term(count, unit), tuple(range(place, place + distance + 1))
            if following not in ("is", "tegvim"):
                break
    return None, ()


def _age(tokens: Sequence[str]) -> tuple[tuple[int, int] | None, tuple[int, ...]]:
    """«7 yaşlı», «3 yaşım var», «16 yaş tamam olub», «2 aylıq körpə», and where it stands."""
    for place, token in enumerate(tokens):
        count = _count(token)
        if count is None or count > 120:
            continue
        if place and token.isdigit() and tokens[place - 1] in OWN_AGE:
            return (count, count + 1), (place - 1, place)
        if place + 1 >= len(tokens):
            continue
        following, at = tokens[place + 1], (place, place + 1)
        beyond = tokens[place + 2] if place + 2 < len(tokens) else ""
        if count and (following.startswith(("yesedek", "yesinedek")) or (following.startswith("yes") and beyond in ("geder", "kimi"))):
            return (0, count), at
        if following.startswith(("yesden", "yesinden")):
            return ((0, count) if count and beyond.startswith(UNDER) else (count, 130)), at
        if following.startswith("yes") and not following.startswith("yesey"):
            return (count, count + 1), at
        if following.startswith("eylig") and any(word.startswith(("korpe", "useg", "ovled")) for word in tokens):
            return (count // 12, count // 12 + 1), at
    return None, ()
