from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, Language, Question, SentenceKind
from pilots.context import Draft
from pilots.guard import withhold_unsupported
from pilots.messages import MessageBook
from pilots.registry import Pilot
from pilots.steps.compose_from_card import ComposeFromCard
from rag.cards import ForeignNames, ServiceCard, load_deck
from tests.pilots.small_pilot import TODAY, context_of, facts, write_pilot


@pytest.fixture
def pilot(tmp_path: Path) -> Pilot:
    return write_pilot(tmp_path)


@pytest.fixture
def deck(pilot: Pilot) -> dict[str, ServiceCard]:
    return load_deck(pilot.corpus_paths[0])


async def compose(pilot: Pilot, card: ServiceCard | None, question: Question | str, *, today: date = TODAY) -> Draft:
    outcome = await ComposeFromCard(MessageBook(pilot.manifest), today=lambda: today)(context_of(question, card=card))
    assert isinstance(outcome, Draft)
    return outcome


async def test_every_line_is_the_cards_own_and_cites_where_it_stands(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["vesiqe-itirilmis"], "vəsiqəm itib, neçəyədir?")

    assert draft.status is AnswerStatus.ANSWERED
    assert facts(draft.sentences) == ["Dövlət rüsumu: 10 iş günü – 31 AZN (maddə 7.1).", "Dövlət rüsumu: 1 iş günü – 93 AZN (maddə 7.2)."]
    assert [(citation.n, citation.locator, citation.url, citation.as_of) for citation in draft.citations] == [
        (1, "maddə 7.1", "https://qanun.example", "2024-03"),
        (2, "maddə 7.2", "https://qanun.example", "2024-03"),
    ]
    assert withhold_unsupported(draft) == draft


async def test_rows_of_one_place_share_a_citation_that_quotes_them_all(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["pasport"], "xarici pasport 1 günə neçəyədir?")

    assert [citation.quote.splitlines() for citation in draft.citations] == [facts(draft.sentences)]
    assert all(sentence.is_item for sentence in draft.sentences if sentence.kind is SentenceKind.FACT)


async def test_what_the_answer_is_about_is_kept_for_the_next_question(pilot: Pilot, deck: dict[str, ServiceCard]):
    focus = (await compose(pilot, deck["pasport"], "20 yaşım var, xarici pasport neçəyədir?")).focus

    assert (focus.sources, focus.family, focus.aspects) == (("pasport",), "pasport", ("amount",))
    assert focus.conditions == {"age_from": 20, "age_to": 21}


async def test_an_unknown_term_is_said_before_the_rows(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["pasport"], "xarici pasport 4 günə neçəyədir?")

    assert draft.sentences[0].text == MessageBook(pilot.manifest).frame("no_such_term", "az")
    assert len(facts(draft.sentences)) == 4


async def test_a_part_that_the_card_does_not_tell_is_said(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["vesiqe-itirilmis"], "vəsiqəm itib, neçəyədir və neçə il etibarlıdır?")

    assert draft.status is AnswerStatus.ANSWERED_PARTIAL
    assert draft.sentences[-1].text == MessageBook(pilot.manifest).frame("part_missing", "az", sections="etibarlılıq müddəti")


async def test_a_missing_part_is_written_in_azerbaijani_small_letters(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["vesiqe-itirilmis"], "vəsiqəm itib, neçəyədir və iş saatları necədir?")

    assert draft.sentences[-1].text == MessageBook(pilot.manifest).frame("part_missing", "az", sections="iş saatları")


async def test_an_overdue_card_and_a_rival_are_said_with_their_citations(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["doguma-gore-muavinet"], "doğum müavinəti nə qədərdir?")
    messages = MessageBook(pilot.manifest)

    notices = [sentence for sentence in draft.sentences if sentence.kind is SentenceKind.NOTICE]
    assert [(notice.text, notice.citations) for notice in notices] == [
        (messages.frame("rival", "az", source="Köhnə xəbər", dated=" (2023)", text="Başqa səhifədə 499 AZN yazılıb."), (2,)),
        (messages.frame("overdue", "az", review_by="31.05.2026"), (1,)),
    ]
    assert draft.citations[1].quote == "Başqa səhifədə 499 AZN yazılıb."
    assert draft.citations[1].as_of == "2023"


async def test_a_rival_of_a_row_that_is_not_shown_stays_unsaid(pilot: Pilot, deck: dict[str, ServiceCard]):
    card = deck["doguma-gore-muavinet"]
    told = with_a_document(card)

    draft = await compose(pilot, told, "doğum müavinəti üçün hansı sənədlər lazımdır?", today=card.review_by)

    assert facts(draft.sentences) == ["Doğum haqqında arayış."]
    assert all(sentence.kind is not SentenceKind.NOTICE for sentence in draft.sentences)


def with_a_document(card: ServiceCard) -> ServiceCard:
    return ServiceCard.model_validate({**card.model_dump(), "documents": [{"text": "Doğum haqqında arayış.", "source": "law"}]})


async def test_a_card_is_overdue_only_after_its_day(pilot: Pilot, deck: dict[str, ServiceCard]):
    card = deck["pasport"]
    asked = "xarici pasport neçəyədir?"

    in_time = await compose(pilot, card, asked, today=card.review_by)
    late = await compose(pilot, card, asked, today=card.review_by + timedelta(days=1))
    as_of = await compose(pilot, card, Question(text=asked, as_of=card.review_by + timedelta(days=1)), today=TODAY)

    kinds = [{sentence.kind for sentence in draft.sentences} for draft in (in_time, late, as_of)]
    assert [SentenceKind.NOTICE in kind for kind in kinds] == [False, True, True]


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_another_language_is_told_that_the_lines_are_quoted_in_azerbaijani(pilot: Pilot, deck: dict[str, ServiceCard], language: Language):
    draft = await compose(pilot, deck["pasport"], Question(text="xarici pasport neçəyədir?", language=language))

    assert draft.sentences[0].text == MessageBook(pilot.manifest).status(AnswerStatus.ANSWERED, language)
    assert draft.sentences[0].kind is SentenceKind.FRAME
    assert "12 AZN" in facts(draft.sentences)[0]


async def test_a_card_that_does_not_tell_what_was_asked_stays_silent(pilot: Pilot, deck: dict[str, ServiceCard]):
    draft = await compose(pilot, deck["bagca-novbesi"], "bağça növbəsi neçəyədir?")

    assert (draft.status, draft.sentences) == (AnswerStatus.UNANSWERABLE_NO_SOURCE, ())
    assert draft.focus.sources == ("bagca-novbesi",)


async def test_no_card_means_silence(pilot: Pilot):
    assert await compose(pilot, None, "pasport") == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)


async def test_headings_are_in_the_askers_language_and_facts_in_the_sources(pilot: Pilot, deck: dict[str, ServiceCard]):
    card = deck["vesiqe-itirilmis"].model_copy(update={"names": ForeignNames(en=("Replacement of a lost card",))})
    context = replace(context_of("vəsiqəm itib, neçəyədir?", card=card), language="en")

    draft = await ComposeFromCard(MessageBook(pilot.manifest), today=lambda: TODAY)(context)

    assert isinstance(draft, Draft)
    assert f"Replacement of a lost card / {card.title} – Fees:" in [sentence.text for sentence in draft.sentences]
    assert facts(draft.sentences)[0] == "Dövlət rüsumu: 10 iş günü – 31 AZN (maddə 7.1)."
