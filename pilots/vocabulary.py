"""The words that pilots understand, read once from vocabulary.yaml and screening.yaml."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from pilots.lexemes import Lexicon, skeleton
from rag.azerbaijani import STOP_WORD_SPELLINGS, words

Written = Annotated[str, StringConstraints(min_length=1)]


class VocabularyModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AgeWords(VocabularyModel):
    """Words for an age without a number: whole years from `from` to `to`, the latter not included."""

    words: tuple[Written, ...]
    age_from: int = Field(alias="from")
    age_to: int = Field(alias="to")


class WrittenVocabulary(VocabularyModel):
    aspects: dict[str, tuple[Written, ...]]
    events: dict[str, tuple[Written, ...]]
    persons: dict[str, tuple[Written, ...]]
    places: dict[str, tuple[Written, ...]]
    relations: dict[str, tuple[Written, ...]]
    ages: tuple[AgeWords, ...]
    towns: tuple[Written, ...]
    synonyms: dict[str, Written]
    fillers: tuple[Written, ...]
    elsewhere: tuple[Written, ...]
    public_service: tuple[Written, ...]


class Vocabulary:
    """Lexicons by what they tell of a question."""

    def __init__(self, written: WrittenVocabulary) -> None:
        self.aspects = Lexicon(written.aspects)
        self.events = Lexicon(written.events)
        self.persons = Lexicon(written.persons)
        self.places = Lexicon(written.places)
        self.relations = Lexicon(written.relations, forgiving=False)
        self.ages = Lexicon({f"{age.age_from}-{age.age_to}": age.words for age in written.ages})
        self.towns = Lexicon({town: (town,) for town in written.towns}, forgiving=False)
        self.synonyms = {skeleton(short): tuple(words(name)) for short, name in written.synonyms.items()}
        self._short = tuple(word for short in written.synonyms for word in words(short))
        # A filler removes a word from the topic: a slip that turns a service's name into one would cost the answer.
        self.fillers = Lexicon({"filler": written.fillers}, forgiving=False)
        self.elsewhere = Lexicon({"elsewhere": written.elsewhere}, forgiving=False)
        self.public_service = Lexicon({"public_service": written.public_service})

    def counted(self) -> Counter[str]:
        """Return every word that the vocabulary knows as it is written, the stop words of the language among them, with its occurrences."""
        known = Counter(STOP_WORD_SPELLINGS) + Counter(word for name in self.synonyms.values() for word in name) + Counter(self._short)
        for lexicon in (
            self.aspects,
            self.events,
            self.persons,
            self.places,
            self.relations,
            self.ages,
            self.towns,
            self.fillers,
            self.elsewhere,
            self.public_service,
        ):
            known += lexicon.counted()
        return known


FOLDER = Path(__file__).parent


def load_written_vocabulary() -> WrittenVocabulary:
    return WrittenVocabulary.model_validate(yaml.safe_load((FOLDER / "vocabulary.yaml").read_text(encoding="utf-8")))


def load_written_screening() -> dict[str, tuple[str, ...]]:
    return TypeAdapter(dict[str, tuple[Written, ...]]).validate_python(yaml.safe_load((FOLDER / "screening.yaml").read_text(encoding="utf-8")))


@cache
def load_vocabulary() -> Vocabulary:
    return Vocabulary(load_written_vocabulary())


@cache
def load_screening() -> Lexicon:
    """Return the lexicon of injection, others, wants and complaint. To turn a person away a word must be exact: no slip is forgiven."""
    return Lexicon(load_written_screening(), forgiving=False)
