"""What a guided dialogue knows so far, and how it is kept with the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast, get_args

from pilots.answer import Focus, Language
from pilots.reading import Conditions

Attribute = Literal["event", "age", "person", "place", "service", "case", "term"]
ATTRIBUTES: tuple[Attribute, ...] = get_args(Attribute)
"""What a person can be asked for. The order settles which of two questions that split equally well comes first."""

Stage = Literal["start", "asking", "done"]

Remark = Literal["not_understood", "no_such_term", "nothing_to_change"]
"""What a turn may have to say first, by the name of the written message."""

ANY = "*"
"""The answer «I do not know, show all of them»."""

OTHER = "other"
"""The answer «none of these happened»."""

# Only what a condition can be made of: `case`, `term` and `service` are the card's own words or ids.
CIRCUMSTANCES: tuple[Attribute, ...] = ("event", "age", "person", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """`cards` are the ids of the services that may be meant, best first; `answers` hold what the person said, oldest first.

    An age is written `from-to` in whole years, the end not included. `asking` is the open question, or the one to be asked first
    when an answer is being changed. `wish` is a term that was named before it is known which terms there are.
    """

    cards: tuple[str, ...] = ()
    answers: Mapping[Attribute, str] = field(default_factory=dict[Attribute, str])
    asking: Attribute | None = None
    page: int = 0
    stage: Stage = "start"
    language: Language = "az"
    wish: str | None = None

    def answered(self, attribute: Attribute, value: str) -> "Dialogue":
        """Return the dialogue with an answer as the newest one; an answer that only repeats keeps its place."""
        if self.answers.get(attribute) == value:
            return replace(self, page=0, asking=None)
        kept = {known: said for known, said in self.answers.items() if known != attribute}
        return replace(self, answers={**kept, attribute: value}, page=0, asking=None)

    def without(self, *attributes: Attribute) -> "Dialogue":
        kept = {known: said for known, said in self.answers.items() if known not in attributes}
        return replace(self, answers=kept, page=0)

    def conditions(self) -> Conditions:
        """Return what was said of the case as the other pilots understand it."""
        event = self.answers.get("event")
        return Conditions(
            age=age_of(self.answers),
            event=event if event != OTHER else None,
            person=self.answers.get("person"),
            place=self.answers.get("place"),
        )

    def as_focus(self, family: str | None = None) -> Focus:
        """Return the focus under which the conversation keeps this dialogue: JSON scalars only, the order of answers apart."""
        kept: dict[str, str | int] = {"stage": self.stage, "language": self.language, "order": " ".join(self.answers), "page": self.page}
        kept |= {f"said_{attribute}": value for attribute, value in self.answers.items()}
        if self.asking:
            kept["asking"] = self.asking
        if self.wish:
            kept["wish"] = self.wish
        return Focus(sources=self.cards, family=family, conditions=kept)

    @classmethod
    def from_focus(cls, focus: Focus) -> "Dialogue | None":
        """Read a dialogue back; None when the focus is none of a dialogue's."""
        kept = focus.conditions
        if "stage" not in kept:
            return None
        order = str(kept["order"]).split()
        asking = kept.get("asking")
        return cls(
            cards=focus.sources,
            answers={attribute: str(kept[f"said_{attribute}"]) for name in order for attribute in ATTRIBUTES if attribute == name},
            asking=next((attribute for attribute in ATTRIBUTES if attribute == asking), None),
            page=int(kept["page"]),
            stage=cast("Stage", str(kept["stage"])),
            language=cast("Language", str(kept["language"])),
            wish=str(kept["wish"]) if "wish" in kept else None,
        )


def age_of(answers: Mapping[Attribute, str]) -> tuple[int, int] | None:
    """Return the age that was said as whole years, the end not included."""
    said = answers.get("age")
    if said is None or said == ANY:
        return None
    start, _, end = said.partition("-")
    return int(start), int(end)


def write_age(age: tuple[int, int]) -> str:
    return f"{age[0]}-{age[1]}"
