"""What a question says, word by word: what is asked, of which case, and which words name the thing itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pilots.lexemes import Occurrence, skeleton
from pilots.quantities import TIMES, Interval, Pace, Term, count_of, figure_places, find_terms, find_volume, occasions_in, share_in, sum_in
from pilots.spelling import Speller
from pilots.vocabulary import Vocabulary
from rag.azerbaijani import STOP_WORDS, Language, fold, normalise, words

COUNTED = ("gun", "ey", "il", "menet", "yes", "nefer", "defe", "feiz", "seet", "hefte", "gepik", "sehife", "doler")
# «yaşım 30-dur», «yaşı 5»
OLDEST, OPEN_AGE = 120, 130
OWN_AGE = ("yesim", "yesi", "yesin")
PERMISSION = frozenset({"oler", "olermi", "olur", "olurmu", "mumkundur", "mumkundu", "mumkun", "gecdir", "gecdi"})
WORTH = re.compile(r"^menetl[iu][gk]")
MONTHS_OLD = "eylig"
SCRAP = 3
# «Itməyib», «itirməmişəm», «itirmədim», «itirmirəm»: a finite negative, which the noun «itirmə» is not.
NOT_HAPPENED = re.compile(r"^(?!tepm).*(?:me(?:yib|yip|mis|di)|mir)")
NOT_SO = ("deyil", "deil")
# «Uşaq yox, özüm üçün»: who is no child is grown up.
CHILD, GROWN = "0-18", (18, OPEN_AGE)
# «18 yaşdan kiçik», «aşağı», «az»
# Who types one of these takes an a for an a.
AZERBAIJANI_LETTERS = frozenset("əğışçöü")
UNDER = ("kicik", "kicig", "esegi", "ez")
# Aspect words are also topic words («sənəd surəti», «əlilliyə görə ödəniş»), so they still count a little when a source is chosen.
ASPECT_WEIGHT = 0.25
CONDITION_WEIGHT = 0.5
# «Anamın əlilliyi»: whose it is names a service less than what it is, yet more than a condition («ananın razılığı»).
RELATION_WEIGHT = 0.75


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the person has said of the case. An age is an interval of whole years, the end not included.

    `terms` are the lengths of time that were named, in order. `relation` tells whose hands something goes to, a relative's or
    another's; `share` is a percentage and `sum` an amount in manats that the case is about, `volume` an engine's in cm³, and
    `occasion` tells which time in a row it is («ikinci dəfə»). `denied` are events that the person
    says did not happen («itirməmişəm»).
    """

    age: tuple[int, int] | None = None
    event: str | None = None
    person: str | None = None
    place: str | None = None
    terms: tuple[Term, ...] = ()
    relation: str | None = None
    share: Interval | None = None
    sum: Interval | None = None
    volume: int | None = None
    occasion: int | None = None
    denied: tuple[str, ...] = ()

    @property
    def term(self) -> Term | None:
        return self.terms[0] if self.terms else None

    def merged(self, later: "Conditions") -> "Conditions":
        """Return these conditions with what was said later in their place."""
        return Conditions(
            age=later.age or self.age,
            event=later.event or (None if self.event in later.denied else self.event),
            person=later.person or self.person,
            place=later.place or self.place,
            terms=_later_terms(self.terms, later.terms),
            relation=later.relation or self.relation,
            share=later.share or self.share,
            sum=later.sum or self.sum,
            volume=later.volume or self.volume,
            occasion=later.occasion or self.occasion,
            denied=tuple(event for event in dict.fromkeys((*self.denied, *later.denied)) if event != later.event),
        )

    def as_json(self) -> dict[str, str | int]:
        values: dict[str, str | int | None] = {
            "age_from": self.age[0] if self.age else None,
            "age_to": self.age[1] if self.age else None,
            "event": self.event,
            "person": self.person,
            "place": self.place,
            "terms": _listed(f"{term.count} {term.unit}" + (f" {term.pace}" if term.pace is not Pace.PLAIN else "") for term in self.terms),
            "relation": self.relation,
            "share": _listed(map(str, self.share or ())),
            "sum": _listed(map(str, self.sum or ())),
            "volume": self.volume,
            "occasion": self.occasion,
            "denied": _listed(self.denied),
        }
        return {key: value for key, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, values: Mapping[str, str | int]) -> "Conditions":
        """Read what `as_json` wrote, also before a conversation could hold several terms."""
        terms = [written.split(" ") for written in _unlisted(values, "terms")]
        if "term_count" in values:
            terms = [[str(values["term_count"]), str(values["term_unit"])]]
        return cls(
            age=(int(values["age_from"]), int(values["age_to"])) if "age_from" in values else None,
            event=str(values["event"]) if "event" in values else None,
            person=str(values["person"]) if "person" in values else None,
            place=str(values["place"]) if "place" in values else None,
            terms=tuple(Term(int(count), unit, Pace(pace[0]) if pace else Pace.PLAIN) for count, unit, *pace in terms),
            relation=str(values["relation"]) if "relation" in values else None,
            share=_interval_of(_unlisted(values, "share")),
            sum=_interval_of(_unlisted(values, "sum")),
            volume=int(values["volume"]) if "volume" in values else None,
            occasion=int(values["occasion"]) if "occasion" in values else None,
            denied=tuple(_unlisted(values, "denied")),
        )


def _later_terms(earlier: Sequence[Term], later: Sequence[Term]) -> tuple[Term, ...]:
    """Return the lengths of a follow-up: «60 gün uzatmaq, 3 iş gününə» and then «bəs 1 günə?» changes how soon and not for how long."""
    paces = {term.pace for term in later}
    kept = [term for term in earlier if term.pace not in paces]
    return (*kept, *later) if later and len(kept) < len(earlier) else tuple(later or earlier)


def _listed(written: Iterable[str]) -> str | None:
    return ",".join(written) or None


def _unlisted(values: Mapping[str, str | int], key: str) -> list[str]:
    return str(values[key]).split(",") if key in values else []


def _interval_of(written: Sequence[str]) -> Interval | None:
    return (float(written[0]), float(written[1])) if written else None


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
    asked_by: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The skeletons by which each aspect was told: of a service that is called so («nömrə nişanı») they ask nothing."""
    said_by: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The skeletons by which the event, age, person, place and relation were said."""
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
    mentioned = vocabulary.events.occurrences(tokens)
    denials = [found for found in mentioned if _is_denied(found, tokens)]
    denied = {found.label for found in denials} - {found.label for found in mentioned if found not in denials}
    events = [found for found in mentioned if found not in denials]
    persons = vocabulary.persons.occurrences(tokens)
    places = vocabulary.places.occurrences(tokens)
    ages = vocabulary.ages.occurrences(tokens)
    refused = [found for found in ages if tokens[found.end : found.end + 1] == ["yox"] and found.label == CHILD]
    ages = [found for found in ages if found not in refused]
    related = vocabulary.relations.longest(tokens)
    relations = {found.label for found in related}
    age, age_at = _age(tokens)
    happened = {place for found in mentioned for place in range(found.start, found.end)}
    terms = find_terms(tokens, taken=age_at)
    share = share_in(text)
    percent = {place for place, token in enumerate(tokens) if share and token.isdigit() and float(token) in share}
    # A figure that is given («60 min manatlıq borc», «85%») names no service and asks for no figure.
    figures = {*figure_places(tokens), *percent}
    volume, engine = find_volume(tokens)
    taken = {
        *age_at,
        *(place for place in engine if tokens[place][0].isdigit()),
        *(place for _, at in terms for place in at),
        *(place for place in figures if tokens[place].isdigit() or tokens[place] in TIMES),
    }
    aspects = [
        found
        for found in vocabulary.aspects.longest(tokens)
        if not _misread(found, written, tokens) and not set(range(found.start, found.end)) <= taken | happened
    ]
    given = [found for found in aspects if set(range(found.start, found.end)) <= figures]
    # «200 min manatlıq evim»: what something is worth is no question even where nothing else is asked.
    worth = [found for found in given if WORTH.search(tokens[found.end - 1])]
    aspects = [found for found in aspects if found not in given] or [found for found in given if found not in worth]
    asked = dict.fromkeys(found.label for found in aspects)
    if any(term.pace is Pace.PASSED for term, _ in terms) and not PERMISSION.isdisjoint(tokens) and not asked:
        # «4 ay qabaq almışam, qaytarmaq olar?» asks whether it is too late.
        asked["deadline"] = None
    for occurrences, weight in (
        (vocabulary.fillers.occurrences(tokens), 0.0),
        (aspects, ASPECT_WEIGHT),
        (events, CONDITION_WEIGHT),
        (places, CONDITION_WEIGHT),
        ([*ages, *refused], CONDITION_WEIGHT),
        (persons, CONDITION_WEIGHT),
        (related, RELATION_WEIGHT),
        (denials, 0.0),
    ):
        for occurrence in occurrences:
            for place in range(occurrence.start, occurrence.end):
                weights[place] = min(weights[place], weight)
    for place in taken:
        weights[place] = 0.0
    for place in {*engine} - taken:
        weights[place] = min(weights[place], ASPECT_WEIGHT)
    for place in figures:
        weights[place] = min(weights[place], 1.0 if tokens[place].startswith("feiz") else ASPECT_WEIGHT)
    topic: dict[str, float] = {}
    for token, weight in zip(tokens, weights, strict=True):
        if weight > 0:
            topic[token] = max(topic.get(token, 0.0), weight)
    return Reading(
        tokens=tuple(tokens),
        aspects=tuple(asked),
        conditions=Conditions(
            age=age or (_interval(ages[0].label) if ages else (GROWN if refused else None)),
            event=events[0].label if events else None,
            person=persons[0].label if persons else None,
            place=places[0].label if places else None,
            terms=tuple(term for term, _ in terms),
            relation=relations.pop() if len(relations) == 1 else None,
            share=share,
            sum=sum_in(text),
            volume=volume,
            occasion=min(occasions_in(" ".join(tokens)), default=None),
            denied=tuple(sorted(denied)),
        ),
        topic=topic,
        asked_by={
            label: frozenset(token for found in aspects if found.label == label for token in tokens[found.start : found.end])
            for label in {found.label for found in aspects}
        },
        said_by={
            kind: frozenset(token for found in listed for token in tokens[found.start : found.end])
            for kind, listed in (("event", events), ("age", ages), ("person", persons), ("place", places), ("relation", related))
        },
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


def _is_denied(found: Occurrence, tokens: Sequence[str]) -> bool:
    """Tell whether an event is named to be ruled out: «itirməmişəm», «ilk dəfə yox».

    Who has not replaced a document asks about replacing it, so that is no denial; nor is a condition («itirməsəm»).
    """
    last, following = tokens[found.end - 1], tokens[found.end] if found.end < len(tokens) else ""
    match found.label:
        case "lost":
            return NOT_HAPPENED.search(last) is not None or following.startswith(NOT_SO)
        case "first":
            return following.startswith((*NOT_SO, "yox"))
        case _:
            return False


def _is_scrap(token: str, speller: Speller | None) -> bool:
    """Tell whether a token is too short to name anything: one letter, or up to three that no source has (a mistyped particle)."""
    return len(token) < 2 or (speller is not None and len(token) <= SCRAP and token.isalpha() and not speller.has(token))


def _interval(label: str) -> tuple[int, int]:
    start, _, end = label.partition("-")
    return int(start), int(end)


def _age(tokens: Sequence[str]) -> tuple[tuple[int, int] | None, tuple[int, ...]]:
    """Return the ages that were named and where they stand: «7 yaşlı», «3 yaşım var», «2 aylıq körpə», «1 yaşından 3 yaşınadək».

    Of several the narrowest: «18 yaşadək uşaqlar, 2 yaşında» is two years old.
    """
    found: list[tuple[tuple[int, int], tuple[int, ...]]] = []
    for place, token in enumerate(tokens):
        count = count_of(token)
        if count is None or count > OLDEST or any(place in at for _, at in found):
            continue
        if one := _age_at(tokens, place, count):
            found.append(one)
    # «9 yaşlı uşağa, 6 aylıq icazə»: months are an age where no years are.
    in_years = [one for one in found if not tokens[one[1][-1]].startswith(MONTHS_OLD)]
    found = in_years or found
    joined = [
        ((low[0], high[1]), (*at, *beyond))
        for (low, at), (high, beyond) in pairwise(found)
        if low[1] == OPEN_AGE and high[0] == 0 and low[0] < high[1] and at[-1] + 1 == beyond[0]
    ]
    ages = joined or found
    if not ages:
        return None, ()
    return min(ages, key=lambda age: age[0][1] - age[0][0])[0], tuple(place for _, at in found for place in at)


def _age_at(tokens: Sequence[str], place: int, count: int) -> tuple[tuple[int, int], tuple[int, ...]] | None:
    """Return the age that a number names and the places of its words, None when it is no age."""
    if place and tokens[place].isdigit() and tokens[place - 1] in OWN_AGE:
        return (count, count + 1), (place - 1, place)
    if place + 1 >= len(tokens):
        return None
    following, at = tokens[place + 1], (place, place + 1)
    beyond = tokens[place + 2] if place + 2 < len(tokens) else ""
    if count and (following.startswith(("yesedek", "yesinedek")) or (following.startswith("yes") and beyond in ("geder", "kimi"))):
        return (0, count), at
    if following.startswith(("yesden", "yesinden")):
        return ((0, count) if count and beyond.startswith(UNDER) else (count, OPEN_AGE)), at
    if following.startswith("yes") and not following.startswith("yesey"):
        return (count, count + 1), at
    if following.startswith(MONTHS_OLD) and any(word.startswith(("korpe", "useg", "ovled")) for word in tokens):
        return (count // 12, count // 12 + 1), at
    return None
