"""Writes what an officer needs of an appeal, and a reply to check: facts word for word from the cards, the rest messages of the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from pilots.answer import AnswerStatus, Sentence, SentenceKind
from pilots.aspects import heading_of
from pilots.citing import Citer
from pilots.context import Context, Draft
from pilots.messages import MessageBook, in_language
from pilots.triage.deadline import add_working_days
from pilots.triage.reading import AppealReading
from pilots.triage.taxonomy import Rule, Taxonomy
from pilots.triage.wording import Wording, WordingName
from rag.card_passages import SECTION_HEADINGS, item_sentence
from rag.cards import Contact, Fact, ServiceCard

REVIEW = "low_confidence"
TermName = Literal["answer", "studied", "forward"]


class ComposeAppeal:
    def __init__(self, taxonomy: Taxonomy, messages: MessageBook, examples: Mapping[str, str]) -> None:
        """`examples` are the texts of the labelled appeals by id, without personal data."""
        self._taxonomy = taxonomy
        self._messages = messages
        self._examples = examples

    async def __call__(self, context: Context) -> Context | Draft:
        appeal = context.appeal
        if appeal is None:
            return Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)
        letter = _Letter(context, appeal, self._taxonomy, self._messages, self._examples)
        sentences, details = letter.write()
        return Draft(
            status=AnswerStatus.ANSWERED if appeal.is_sure else AnswerStatus.ANSWERED_PARTIAL,
            sentences=tuple(sentences),
            citations=letter.citer.citations(),
            details=details,
            review=None if appeal.is_sure else REVIEW,
        )


@dataclass
class _Letter:
    """One answer while it is written: sentences and details side by side, so that neither says what the other does not."""

    context: Context
    appeal: AppealReading
    taxonomy: Taxonomy
    messages: MessageBook
    examples: Mapping[str, str]
    citer: Citer = field(default_factory=Citer)
    sentences: list[Sentence] = field(default_factory=list[Sentence])
    details: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])

    def write(self) -> tuple[list[Sentence], dict[str, JsonValue]]:
        self._wording = Wording(self.context.language)
        status = AnswerStatus.ANSWERED if self.appeal.is_sure else AnswerStatus.ANSWERED_PARTIAL
        self._add(self.messages.status(status, self.context.language))
        self._write_topic()
        self._write_agency()
        self._write_case()
        self._write_duplicates()
        self._write_deadline()
        self._write_reply()
        return self.sentences, self.details

    def _write_topic(self) -> None:
        found = self.appeal.classification
        guesses = ((found.topic, found.confidence), *found.alternatives)
        if self.appeal.is_sure:
            self._say("topic", topic=self._title(found.topic), percent=round(found.confidence * 100))
            if found.alternatives:
                self._say("alternatives", topics=self._titles(found.alternatives))
        else:
            self._say("unsure", topics=self._titles(guesses))
        if found.words:
            self._say("words", words=", ".join(found.words))
        for example in found.examples[:1]:
            self._say("example", id=example.id, topic=self._title(example.topic), text=self.examples[example.id])
        self.details |= {
            "topic": found.topic if self.appeal.is_sure else None,
            "confidence": round(found.confidence, 3),
            "alternatives": [{"topic": topic, "confidence": round(chance, 3)} for topic, chance in (guesses[1:] if self.appeal.is_sure else guesses)],
            "reasons": {"words": list(found.words), "examples": [example.id for example in found.examples[:1]]},
        }

    def _write_agency(self) -> None:
        card = self._card()
        agency = card.agency if card else None
        self.details["agency"] = agency.text if agency else None
        if card and agency:
            self._say("agency")
            self._cite_agency(card)
            self._note_rivals(card, agency, *card.contacts)

    def _write_case(self) -> None:
        facts = self.appeal.facts
        sender: dict[str, WordingName] = {"person": "sender_person", "group": "sender_group", "company": "sender_company"}
        language: dict[str, WordingName] = {"az": "language_az", "en": "language_en", "ru": "language_ru"}
        self._say("language", language=self._wording.say(language[self.context.language]))
        self._say("sender", sender=self._wording.say(sender[facts.sender.value]))
        if facts.places:
            self._say("places", places=", ".join(facts.places))
        if facts.dates:
            self._say("dates", dates=", ".join(facts.dates))
        if facts.request:
            self._say("request", request=facts.request)
        if facts.is_anonymous:
            self._say("anonymous")
            self._cite_rule(self.taxonomy.deadlines.anonymous, "notes")
        kinds = dict.fromkeys(kind.value for kind in self.appeal.masked)
        text = self.context.question.text
        if kinds:
            self._say("redacted_text", count=len(self.appeal.masked), text=text)
        else:
            self._say("text", text=text)
        self.details |= {
            "language": self.context.language,
            "facts": {
                "sender": facts.sender.value,
                "places": list(facts.places),
                "dates": list(facts.dates),
                "request": facts.request,
                "anonymous": facts.is_anonymous,
            },
            "redacted": {"text": text, "count": len(self.appeal.masked), "kinds": list(kinds)},
        }

    def _write_duplicates(self) -> None:
        for known in self.appeal.duplicates:
            self._say("duplicate", id=known.answer_id, date=_day(known.received_on), percent=round(known.overlap * 100))
        self.details["duplicates"] = [
            {"answer_id": known.answer_id, "received_on": known.received_on.isoformat(), "overlap": round(known.overlap, 2)}
            for known in self.appeal.duplicates
        ]

    def _write_deadline(self) -> None:
        rules = self.taxonomy.deadlines
        received = self.appeal.received_on
        self._say("deadline")
        terms: Sequence[tuple[TermName, WordingName, Rule]] = (
            ("answer", "answer_by", rules.answer),
            ("studied", "studied_by", rules.studied),
            ("forward", "forward_by", rules.forward),
        )
        written: dict[str, JsonValue] = {"received_on": received.isoformat(), "public_holidays_counted": False}
        for name, wording, rule in terms:
            last = add_working_days(received, rule.working_days)
            n = self._cite_rule(rule, "duration")
            text = self._wording.say(wording, received=_day(received), days=rule.working_days, date=_day(last))
            self._add(text, SentenceKind.NOTICE, n)
            self._note_rivals(rule.card, rule.fact)
            written[name] = {"working_days": rule.working_days, "last_day": last.isoformat()}
        self._say("holidays")
        review_by = rules.answer.card.review_by
        if review_by < received:
            text = self.messages.frame("overdue", self.context.language, review_by=_day(review_by))
            self._add(text, SentenceKind.NOTICE, self._number(rules.answer.card, rules.answer.fact, "duration"))
        self.details["deadline"] = written

    def _write_reply(self) -> None:
        self._say("reply")
        start = len(self.sentences)
        card = self._card()
        received = _day(self.appeal.received_on)
        if card:
            self._say("greeting", received=received, topic=self._title(self.appeal.classification.topic))
            self._cite_agency(card)
        else:
            self._say("greeting_unsure", received=received)
        self._say("term")
        self._cite_rule(self.taxonomy.deadlines.answer, "duration")
        self._say("closing")
        self.details["reply"] = "\n".join(sentence.text for sentence in self.sentences[start:])

    def _card(self) -> ServiceCard | None:
        topic = self.taxonomy.topics.get(self.appeal.classification.topic)
        return self.taxonomy.cards[topic.card] if topic and self.appeal.is_sure else None

    def _cite_agency(self, card: ServiceCard) -> None:
        for section, items in (("agency", (card.agency,)), ("notes", card.notes), ("contacts", card.contacts)):
            for item in items:
                if item is not None:
                    self._cite(card, item, section)

    def _cite_rule(self, rule: Rule, section: str) -> int:
        return self._cite(rule.card, rule.fact, section)

    def _cite(self, card: ServiceCard, item: Fact | Contact, section: str) -> int:
        n = self._number(card, item, section)
        self.sentences.append(Sentence(text=item_sentence(item), kind=SentenceKind.FACT, citations=(n,), is_item=True))
        return n

    def _number(self, card: ServiceCard, item: Fact | Contact, section: str) -> int:
        source, locator = card.sources[item.source], heading_of(section, (item,))
        return self.citer.cite(source_id=card.id, title=source.title, locator=locator, quote=item_sentence(item), url=source.url, as_of=source.date)

    def _note_rivals(self, card: ServiceCard, *items: Fact | Contact) -> None:
        """Say where sources disagree, as answers from cards do."""
        for rival in [rival for item in items for rival in item.rivals]:
            n = self.citer.cite(
                source_id=card.id, title=rival.source, locator=SECTION_HEADINGS["notes"], quote=rival.text, url=rival.url, as_of=rival.date
            )
            dated = f" ({rival.date})" if rival.date else ""
            frame = "rival_newer" if rival.newer else "rival"
            text = self.messages.frame(frame, self.context.language, source=rival.source, dated=dated, text=rival.text)
            self._add(text, SentenceKind.NOTICE, n)

    def _title(self, topic: str) -> str:
        return in_language(self.taxonomy.title(topic), self.context.language)

    def _titles(self, guesses: Sequence[tuple[str, float]]) -> str:
        return ", ".join(f"{self._title(topic)} ({round(chance * 100)} %)" for topic, chance in guesses)

    def _say(self, name: WordingName, **values: str | int) -> None:
        self._add(self._wording.say(name, **values))

    def _add(self, text: str, kind: SentenceKind = SentenceKind.FRAME, *citations: int) -> None:
        self.sentences.append(Sentence(text=text, kind=kind, citations=citations))


def _day(day: object) -> str:
    return f"{day:%d.%m.%Y}"
