"""The quick replies of a turn: what may be answered, and what else may be done."""

from pilots.guiding.dialogue import Dialogue
from pilots.guiding.questions import Ask
from pilots.guiding.replies import Option
from pilots.guiding.wording import Wording
from rag.cards import Contact, ServiceCard

BACK = "@back"
MORE = "@more"
RESTART = "@restart"
ABROAD = "@abroad"
CHANGE = "@change"


def offered(ask: Ask, dialogue: Dialogue, wording: Wording, *, every_page: bool = False) -> list[Option]:
    """Return the options of an open question, on the page that the dialogue is at."""
    language = dialogue.language
    values = ask.values if every_page else ask.shown(dialogue.page)
    options = [Option(value, wording.label(ask.attribute, value, language)) for value in values]
    if ask.is_paged:
        options.append(Option(MORE, wording.named("more", language)))
    if ask.allows_any:
        options.append(Option("*", wording.named("any", language)))
    if dialogue.answers:
        options.append(Option(BACK, wording.named("back", language)))
    return options


def offered_when_done(card: ServiceCard, dialogue: Dialogue, wording: Wording) -> list[Option]:
    """Return what may be done with a summary: change each given answer, ask for the same from abroad, start again."""
    language = dialogue.language
    options = [Option(f"{CHANGE}_{attribute}", wording.change(attribute, language)) for attribute in dialogue.answers]
    if "place" not in dialogue.answers and tells_of_abroad(card):
        options.append(Option(ABROAD, wording.named("abroad_option", language)))
    return [*options, Option(RESTART, wording.named("restart", language))]


def tells_of_abroad(card: ServiceCard) -> bool:
    """Tell whether a card says something just for those who apply abroad."""
    return any(item.when.place is not None and item.when.place.value == "abroad" for item in card.items() if not isinstance(item, Contact))
