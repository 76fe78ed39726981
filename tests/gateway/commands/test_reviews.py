import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from evaluation.dataset import CaseKind, load_cases
from gateway.contract import AnswerDocument
from gateway.settings import Settings
from gateway.store.conversations import Conversations
from gateway.store.database import open_database
from gateway.store.reviews import Reviews, Verdict
from pilots.answer import AnswerStatus, Focus, Question
from tests.gateway.commands.conftest import Korpu
from tests.gateway.scripted import reviewed_answer


def reviewed(
    office: Path, question: str, verdict: Verdict | None, *, text: str | None = None, note: str | None = None, earlier: str | None = None
) -> str:
    """Put a question, its answer and a decision on record, as the gateway does; return the review's id."""

    async def store() -> str:
        async with open_database(Settings(data_dir=office / "var").database) as database:
            conversations, reviews = Conversations(database), Reviews(database)
            conversation = None
            if earlier is not None:
                first = await conversations.begin_turn(owner="key:a", pilot="office_guides", question=earlier)
                await conversations.finish_turn(first, status=AnswerStatus.ANSWERED, focus=Focus(), answer={})
                conversation = first.conversation_id
            turn = await conversations.begin_turn(owner="key:a", pilot="office_guides", question=question, conversation_id=conversation)
            document = AnswerDocument.of(reviewed_answer(Question(text=question))).model_dump(mode="json")
            await conversations.finish_turn(turn, status=AnswerStatus.ANSWERED, focus=Focus(), answer=document, review="risk_fees")
            if verdict is not None:
                await reviews.decide(turn.id, pilots=None, verdict=verdict, by="key:boss", text=text, note=note)
            return turn.id

    return asyncio.run(store())


def test_corrected_and_approved_answers_become_cases_that_the_evaluation_reads(korpu: Korpu, office: Path) -> None:
    edited = reviewed(office, "SV itib, rüsum?", Verdict.EDITED, text="Rüsum 31 AZN-dir, qaynar xətt 108.")
    approved = reviewed(office, "bəs 1 günə?", Verdict.APPROVED, earlier="SV itib")
    out = office / "cases.jsonl"

    assert korpu("reviews", "export", "office_guides", "--out", str(out)).exit_code == 0

    cases = {case.id: case for case in load_cases([out])}
    corrected, confirmed = cases[f"review-{edited}"], cases[f"review-{approved}"]
    assert (corrected.question, corrected.kind, corrected.expected_status) == ("SV itib, rüsum?", CaseKind.PLAIN, AnswerStatus.ANSWERED)
    assert corrected.expected_facts == ("108", "31 AZN")
    assert corrected.expected_sources == ("sv-itirilmis",)
    assert (confirmed.kind, confirmed.context, confirmed.expected_facts) == (CaseKind.FOLLOWUP, ("SV itib",), ("30 AZN",))


def test_a_case_is_added_once(korpu: Korpu, office: Path) -> None:
    reviewed(office, "SV itib, rüsum?", Verdict.APPROVED)
    out = office / "cases.jsonl"

    for _ in range(2):
        korpu("reviews", "export", "office_guides", "--out", str(out))

    assert len(load_cases([out])) == 1


def test_neither_undecided_nor_rejected_answers_nor_personal_data_are_exported(korpu: Korpu, office: Path) -> None:
    reviewed(office, "gözləyir", None)
    reviewed(office, "səhvdir", Verdict.REJECTED, note="yanlış məbləğ")
    reviewed(office, "FİN 5ABC12D olan vətəndaş, rüsum?", Verdict.APPROVED)
    reviewed(office, "bəs 1 günə?", Verdict.APPROVED, earlier="AZE12345678 itib")
    reviewed(office, "rüsum?", Verdict.EDITED, text="AZE12345678 üçün 31 AZN")
    reviewed(office, "", Verdict.APPROVED)

    assert korpu("reviews", "export", "office_guides").stdout.strip() == ""


def test_the_queue_is_listed_without_texts(korpu: Korpu, office: Path) -> None:
    waiting = reviewed(office, "gizli sual", None)
    reviewed(office, "ikinci", Verdict.APPROVED)

    (row,) = json.loads(korpu("reviews", "list", "--json").stdout)
    assert (row["id"], row["pilot"], row["state"], row["reason"]) == (waiting, "office_guides", "pending", "risk_fees")
    assert len(json.loads(korpu("reviews", "list", "--state", "any", "--pilot", "office_guides", "--json").stdout)) == 2
    table = korpu("reviews", "list").stdout
    assert waiting in table
    assert "gizli" not in table


def test_a_wrong_state_or_pilot_is_named(korpu_main: Callable[..., tuple[int, str]]) -> None:
    for arguments, words in ((("reviews", "list", "--state", "lost"), "--state must be one of"), (("reviews", "export", "moon"), "moon")):
        status, error = korpu_main(*arguments)
        assert status == 1
        assert words in error
        assert "Traceback" not in error
