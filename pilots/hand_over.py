"""What a person is told when a part of the service failed: that it did, and whom to ask instead."""

from collections import Counter
from collections.abc import Collection

from pilots.answer import AnswerStatus, Language, Question, Sentence, SentenceKind
from pilots.citing import Citer
from pilots.contact_cards import load_contact_cards
from pilots.context import Draft
from pilots.evidence import is_form
from pilots.lexemes import skeletons
from pilots.messages import MessageBook
from pilots.registry import Pilot
from pilots.rungs import Rung
from rag.azerbaijani import STOP_WORDS
from rag.card_passages import SECTION_HEADINGS, item_sentence
from rag.cards import Contact, ServiceCard

MOST_CONTACTS = 3


class HandOver:
    """Needs neither search nor model: the contacts are those of the cards that the manifest names, with their sources."""

    def __init__(self, pilot: Pilot, messages: MessageBook) -> None:
        """Raises as `load_contact_cards` does."""
        self._owner = pilot.manifest.owner
        self._messages = messages
        self._cards: dict[Contact, ServiceCard] = {}
        for card in load_contact_cards(pilot):
            # A number that two cards have is the first one's: named by both, its label would tell nothing apart.
            known = {contact.value for contact in self._cards}
            self._cards |= {contact: card for contact in card.contacts if contact.value not in known}

    def compose(self, status: AnswerStatus, question: Question, language: Language) -> Draft:
        """Return the status's message, the hot lines that fit the question's words, and the pilot's owner."""
        citer = Citer()
        sentences = [_frame(self._messages.status(status, language))]
        if contacts := choose_contacts(self._cards, question.text, owner=self._owner.contact):
            sentences.append(_frame(self._messages.frame("hand_over", language)))
            sentences += [_fact(self._cards[contact], contact, citer) for contact in contacts]
        sentences.append(_frame(self._messages.frame("owner", language, agency=self._owner.agency, contact=self._owner.contact)))
        return Draft(status=status, sentences=tuple(sentences), citations=citer.citations(), rungs=(Rung.CONTACTS,), language=language)


def choose_contacts(contacts: Collection[Contact], text: str, *, owner: str) -> list[Contact]:
    """Return the contacts whose labels tell something of the question, best first; the owner's own line when none does.

    Only words that a single agency's label has count: «pensiya» says whose question it is, «xidmət» nothing.
    """
    labels = {contact: frozenset(word for word in skeletons(contact.label) if len(word) > 2 and word not in STOP_WORDS) for contact in contacts}
    holders = Counter(word for label in set(labels.values()) for word in label)
    said = set(skeletons(text))

    def fit(contact: Contact) -> int:
        return sum(holders[word] == 1 and any(is_form(word, own) for own in said) for word in labels[contact])

    fitting = sorted((contact for contact in contacts if fit(contact)), key=lambda contact: -fit(contact))
    return fitting[:MOST_CONTACTS] or [contact for contact in contacts if contact.value == owner][:1]


def _fact(card: ServiceCard, contact: Contact, citer: Citer) -> Sentence:
    source, text = card.sources[contact.source], item_sentence(contact)
    n = citer.cite(source_id=card.id, title=source.title, locator=SECTION_HEADINGS["contacts"], quote=text, url=source.url, as_of=source.date)
    return Sentence(text=text, kind=SentenceKind.FACT, citations=(n,), is_item=True)


def _frame(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FRAME)
