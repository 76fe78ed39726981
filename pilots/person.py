"""How a person is reached instead of the pilot: what a card of its corpus says, word for word, with its source."""

from dataclasses import dataclass
from typing import Literal

from pilots.errors import ManifestInvalid
from pilots.registry import Pilot
from rag.cards import ServiceCard, load_card

PersonKind = Literal["phone", "hours", "step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """`label` says whose number it is, empty for hours and steps; `as_of` is the source's own date, None when it is undated."""

    kind: PersonKind
    label: str
    text: str
    source: str
    as_of: str | None
    url: str | None


def find_person(pilot: Pilot) -> tuple[PersonLine, ...]:
    """Return telephone numbers, hours and steps of the card that the manifest names under `web.person`; nothing when it names none.

    Raises:
        ManifestInvalid: no folder of the corpus holds that card, or it has no telephone number.
        CardInvalid: see `load_card`.
    """
    name = pilot.manifest.web.person
    if name is None:
        return ()
    paths = [path / f"{name}.yaml" for path in pilot.corpus_paths]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise ManifestInvalid(f"{pilot.name}/pilot.yaml: web.person: the corpus has no card {name}")
    card = load_card(path)
    lines = [
        *(_line(card, "phone", contact.value, contact.source, label=contact.label) for contact in card.contacts if contact.kind == "phone"),
        *(_line(card, "hours", fact.text, fact.source) for fact in card.hours),
        *(_line(card, "step", fact.text, fact.source) for fact in card.steps),
    ]
    if not lines or lines[0].kind != "phone":
        raise ManifestInvalid(f"{pilot.name}/pilot.yaml: web.person: the card {name} has no telephone number")
    return tuple(lines)


def _line(card: ServiceCard, kind: PersonKind, text: str, source: str, *, label: str = "") -> PersonLine:
    origin = card.sources[source]
    return PersonLine(kind=kind, label=label, text=text, source=origin.title, as_of=origin.date, url=origin.url)
