import pytest

from pilots.answer import AnswerStatus
from pilots.registry import load_pilots
from pilots.routing.decision import Candidate, RouteDecision, Routing
from pilots.routing.reply import compose_reply, read_choice

PILOTS = load_pilots()
UNSURE = Routing(
    decision=RouteDecision.CLARIFICATION,
    margin=0.01,
    candidates=(Candidate("document_qa", 0.5), Candidate("citizen_chat", 0.49), Candidate("x", 0.0)),
)
OFFERED = ("document_qa", "citizen_chat")


@pytest.mark.parametrize(("text", "title"), [("Müraciət?", "Sənədlər üzrə sual-cavab"), ("What about an appeal?", "Questions over documents")])
def test_a_clarification_offers_the_two_best_titles_in_the_askers_language(text: str, title: str) -> None:
    answer = compose_reply(UNSURE, text, PILOTS)
    assert (answer.status, answer.options[0], len(answer.options)) == (AnswerStatus.CLARIFICATION, title, 2)
    assert answer.routing is UNSURE


def test_what_is_nobodys_is_said_in_the_language_that_was_asked_for() -> None:
    answer = compose_reply(Routing(decision=RouteDecision.OUT_OF_SCOPE), "Hava necədir?", PILOTS, language="ru")
    assert (answer.status, answer.language, answer.options) == (AnswerStatus.UNANSWERABLE_OUT_OF_SCOPE, "ru", ())
    assert "государственных услугах" in answer.text


def test_an_identifier_is_answered_by_the_request_to_leave_it_out() -> None:
    assert compose_reply(UNSURE, "FİN kodum 5ABC12D", PILOTS).status is AnswerStatus.GUARDRAIL_PERSONAL_DATA


@pytest.mark.parametrize(
    ("reply", "pilot"),
    [
        ("1", "document_qa"),
        (" 2. ", "citizen_chat"),
        ("«VƏTƏNDAŞ ÜÇÜN DÖVLƏT XİDMƏTLƏRİ»", "citizen_chat"),
        ("senedler uzre sual-cavab", "document_qa"),
        ("citizen_chat", "citizen_chat"),
        ("3", None),
        ("0", None),
        ("Pasport neçəyədir?", None),
        ("", None),
    ],
)
def test_a_choice_is_read_by_number_title_or_name(reply: str, pilot: str | None) -> None:
    assert read_choice(reply, offered=OFFERED, pilots=PILOTS) == pilot
