"""A pilot of six invented cards in a temporary folder, and a search that finds what a test tells it to."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pilots.answer import Answer, Question, Sentence, SentenceKind, Turn
from pilots.context import Context
from pilots.messages import MessageBook
from pilots.pipeline import Pipeline, build_pipeline
from pilots.reading import Reading, read
from pilots.registry import Pilot, load_pilots
from pilots.vocabulary import load_vocabulary
from rag.cards import ServiceCard, load_deck
from rag.passages import Passage, ScoredPassage

TODAY = date(2026, 6, 1)

MANIFEST = """
name: {name}
title: {{az: Kiçik pilot, en: Small pilot, ru: Малый пилот}}
purpose: Answers invented questions.
stage: draft
owner: {{agency: Sınaq idarəsi, contact: "100"}}
audience: citizens
understanding: {understanding}
deadline_s: 2
{more}
"""

SOURCES = """
sources:
  law: {title: «Sınaq haqqında» Qanun, url: "https://qanun.example", date: "2024-03", confidence: high}
as_of: 2026-01-10
review_by: 2027-01-10
"""

LOST_ID = (
    """
id: vesiqe-itirilmis
title: İtirilmiş şəxsiyyət vəsiqəsinin yenidən verilməsi
category: identity
family: vesiqe
when: {event: lost}
aliases: [vəsiqəm itib]
documents:
  - {text: Polisdən arayış., source: law}
fees:
  - {term: 10 iş günü, amount_azn: 31, source: law, legal_basis: maddə 7.1}
  - {term: 1 iş günü, amount_azn: 93, source: law, legal_basis: maddə 7.2}
"""
    + SOURCES
)

REPLACED_ID = (
    """
id: vesiqe-deyisdirme
title: Şəxsiyyət vəsiqəsinin dəyişdirilməsi
category: identity
family: vesiqe
when: {event: replace}
aliases: [vəsiqənin dəyişdirilməsi]
documents:
  - {text: Köhnə sənədiniz., source: law}
  - {text: İki ədəd fotoşəkil., source: law}
fees:
  - {term: 10 iş günü, amount_azn: 6, source: law, legal_basis: maddə 7.3}
"""
    + SOURCES
)

FIRST_ID = (
    """
id: vesiqe-ilk
title: Şəxsiyyət vəsiqəsinin ilk dəfə verilməsi
category: identity
family: vesiqe
when: {event: first}
aliases: [ilk şəxsiyyət vəsiqəsi]
documents:
  - {text: Doğum haqqında şəhadətnamə., source: law}
fees:
  - {term: 10 iş günü, amount_azn: 4, source: law, legal_basis: maddə 7.4}
"""
    + SOURCES
)

PASSPORT = (
    """
id: pasport
title: Xarici pasportun verilməsi
category: passport
family: pasport
aliases: [xarici pasport]
documents:
  - {text: Şəxsiyyət vəsiqəsi., source: law}
fees:
  - {case: 3 yaşadək, term: 10 iş günü, amount_azn: 12, source: law, when: {age_to: 3}}
  - {case: 3 yaşadək, term: 1 iş günü, amount_azn: 44, source: law, when: {age_to: 3}}
  - {case: 18 yaşdan yuxarı, term: 10 iş günü, amount_azn: 61, source: law, when: {age_from: 18}}
  - {case: 18 yaşdan yuxarı, term: 1 iş günü, amount_azn: 213, source: law, when: {age_from: 18}}
where:
  - {text: İstənilən sınaq mərkəzinə müraciət edin., source: law}
"""
    + SOURCES
)

GRANT = """
id: doguma-gore-muavinet
title: Uşağın doğulmasına görə birdəfəlik müavinət
category: benefits
family: muavinet
aliases: [doğum müavinəti]
benefits:
  - amount_azn: 523
    period: once
    source: law
    rivals:
      - {text: Başqa səhifədə 499 AZN yazılıb., source: Köhnə xəbər, date: "2023", newer: false}
""" + SOURCES.replace("2027-01-10", "2026-05-31")

GARDEN = (
    """
id: bagca-novbesi
title: Uşaq bağçasına növbəyə yazılma
category: education
family: bagca
aliases: [bağça növbəsi]
agency: {text: Təhsil idarəsi., source: law}
steps:
  - {text: Portalda ərizə doldurun., source: law}
"""
    + SOURCES
)

CARDS = {
    "vesiqe-itirilmis": LOST_ID,
    "vesiqe-deyisdirme": REPLACED_ID,
    "vesiqe-ilk": FIRST_ID,
    "pasport": PASSPORT,
    "doguma-gore-muavinet": GRANT,
    "bagca-novbesi": GARDEN,
}


def write_pilot(folder: Path, *, understanding: str = "cards", more: str = "") -> Pilot:
    """Write the six cards and a manifest under `folder` and load them."""
    home = folder / "kicik_pilot"
    (home / "corpus").mkdir(parents=True)
    (home / "pilot.yaml").write_text(MANIFEST.format(name=home.name, understanding=understanding, more=more), encoding="utf-8")
    for card_id, text in CARDS.items():
        (home / "corpus" / f"{card_id}.yaml").write_text(text, encoding="utf-8")
    return load_pilots(folder)[home.name]


def write_deck(folder: Path) -> dict[str, ServiceCard]:
    return load_deck(write_pilot(folder).corpus_paths[0])


def found(source_id: str, text: str = "Sınaq mətni.", *, lexical: float = 30.0, dense: float = 0.92, is_lookup: bool = False) -> ScoredPassage:
    """A passage that both channels of the search found convincing."""
    passage = Passage(
        id=source_id,
        pilot="kicik_pilot",
        source_id=source_id,
        title=f"«{source_id}» sənədi",
        text=text,
        locator="Maddə 1",
        url="https://qanun.example",
        as_of="2024-03",
    )
    return ScoredPassage(passage=passage, score=1.0, dense=dense, lexical=lexical, is_lookup=is_lookup)


class ScriptedSource:
    """Finds the same passages whatever is asked, or raises `fault`; remembers the queries and days."""

    def __init__(self, passages: Sequence[ScoredPassage] = (), *, fault: Exception | None = None) -> None:
        self.passages = list(passages)
        self.fault = fault
        self.queries: list[str] = []
        self.days: list[date | None] = []

    async def retrieve(self, query: str, *, pilot: str, top_k: int = 10, as_of: date | None = None) -> list[ScoredPassage]:
        self.queries.append(query)
        self.days.append(as_of)
        if self.fault is not None:
            raise self.fault
        return self.passages[:top_k]


class Conversation:
    """Asks a pipeline question after question; each knows the turns before it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.turns: tuple[Turn, ...] = ()

    async def ask(self, text: str) -> Answer:
        answer = await self._pipeline.answer(Question(text=text, history=self.turns))
        self.turns += (Turn(question=text, status=answer.status, focus=answer.focus),)
        return answer


def card_pipeline(folder: Path, *found_cards: str) -> Pipeline:
    """The small pilot whose search finds these cards equally well; all of them when none is named."""
    source = ScriptedSource([found(card_id) for card_id in found_cards or CARDS])
    return build_pipeline(write_pilot(folder), retriever=source, today=lambda: TODAY)


def guided_pipeline(folder: Path, source: ScriptedSource | None = None) -> Pipeline:
    """The small pilot as a guided dialogue; its search finds nothing unless a source is given."""
    return build_pipeline(write_pilot(folder, understanding="guided"), retriever=source or ScriptedSource(), today=lambda: TODAY)


def understood(text: str) -> Reading:
    return read(text, load_vocabulary())


def context_of(question: Question | str, *passages: ScoredPassage, card: ServiceCard | None = None) -> Context:
    asked = Question(text=question) if isinstance(question, str) else question
    return Context(
        question=asked, language=asked.language or "az", reading=understood(asked.text), search_text=asked.text, passages=passages, card=card
    )


def common_messages(folder: Path) -> MessageBook:
    return MessageBook(write_pilot(folder).manifest)


def facts(sentences: Sequence[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences if sentence.kind is SentenceKind.FACT]
