from pathlib import Path

from pilots.answer import Answer, AnswerStatus, SentenceKind
from pilots.pipeline import build_pipeline
from tests.pilots.small_pilot import TODAY, Conversation, ScriptedSource, facts, guided_pipeline


async def summary(folder: Path, *texts: str) -> Answer:
    conversation = Conversation(guided_pipeline(folder))
    answers = [await conversation.ask(text) for text in texts]
    return answers[-1]


async def test_a_summary_holds_the_case_the_checklist_the_exact_row_and_the_place(tmp_path: Path):
    answer = await summary(tmp_path, "Xarici pasport", "2 yaş", "1 iş günü")

    assert answer.status is AnswerStatus.ANSWERED
    assert [sentence.text for sentence in answer.sentences[:2]] == [
        "Yekun – Xarici pasportun verilməsi",
        "Dedikləriniz: yaş – 2 yaş; müddət – 1 iş günü.",
    ]
    assert facts(answer.sentences) == [
        "Şəxsiyyət vəsiqəsi.",
        "Dövlət rüsumu: 3 yaşadək, 1 iş günü – 44 AZN.",
        "İstənilən sınaq mərkəzinə müraciət edin.",
    ]
    numbers = {citation.n for citation in answer.citations}
    assert all(set(sentence.citations) <= numbers and sentence.citations for sentence in answer.sentences if sentence.kind is not SentenceKind.FRAME)


async def test_the_details_say_what_the_sentences_say(tmp_path: Path):
    answer = await summary(tmp_path, "Şəxsiyyət vəsiqəsi", "itirmişəm", "10 iş günü")

    assert answer.details["state"] == "done"
    assert answer.details["checklist"] == ["Polisdən arayış."]
    assert answer.details["fee"] == {
        "rows": [
            {
                "case": None,
                "term": "10 iş günü",
                "amount_azn": "31",
                "unit": None,
                "period": None,
                "kind": "state_fee",
                "legal_basis": "maddə 7.1",
                "citations": [2],
            }
        ]
    }
    assert answer.details["answers"] == [{"attribute": "event", "label": "İtirilib və ya korlanıb"}, {"attribute": "term", "label": "10 iş günü"}]


async def test_a_summary_can_be_printed_with_its_sources(tmp_path: Path):
    answer = await summary(tmp_path, "Şəxsiyyət vəsiqəsi", "itirmişəm", "10 iş günü")
    printable = answer.details["printable"]

    assert isinstance(printable, str)
    for line in (
        "Yekun – İtirilmiş şəxsiyyət vəsiqəsinin yenidən verilməsi",
        "☐ Polisdən arayış. [1]",
        "☐ Dövlət rüsumu: 10 iş günü – 31 AZN (maddə 7.1). [2]",
        "[2] «Sınaq haqqında» Qanun, maddə 7.1, 2024-03, https://qanun.example",
        "Hazırlanıb: 01.06.2026",
    ):
        assert line in printable.splitlines()


async def test_who_does_not_know_is_shown_every_row(tmp_path: Path):
    answer = await summary(tmp_path, "Şəxsiyyət vəsiqəsi", "itirmişəm", "bilmirəm")

    assert [text for text in facts(answer.sentences) if "AZN" in text] == [
        "Dövlət rüsumu: 10 iş günü – 31 AZN (maddə 7.1).",
        "Dövlət rüsumu: 1 iş günü – 93 AZN (maddə 7.2).",
    ]


async def test_rivals_and_an_overdue_card_are_said(tmp_path: Path):
    answer = await summary(tmp_path, "doğum müavinəti")
    notices = [sentence.text for sentence in answer.sentences if sentence.kind is SentenceKind.NOTICE]

    assert len(notices) == 2
    assert "499 AZN" in notices[0]
    assert "31.05.2026" in notices[1]
    printable = answer.details["printable"]
    assert isinstance(printable, str)
    assert all(notice in printable for notice in notices)


async def test_a_rate_of_an_amount_that_is_not_due_is_left_out(tmp_path: Path):
    folder = tmp_path / "kicik_pilot" / "corpus"
    pipeline = guided_pipeline(tmp_path)
    card = (folder / "pasport.yaml").read_text(encoding="utf-8")
    rates = (
        "rates:\n  - {text: 213 manatlıq rüsum Bakıda tam ödənilir., source: law}\n"
        "  - {text: Rayonlarda həmin rüsumun yarısı alınır., source: law}\n  - {text: Onlayn ödənişdə 2 faiz endirim var., source: law}\nwhere:"
    )
    (folder / "pasport.yaml").write_text(card.replace("where:", rates), encoding="utf-8")
    conversation = Conversation(build_pipeline(pipeline.pilot, retriever=ScriptedSource(), today=lambda: TODAY))
    await conversation.ask("Xarici pasport")
    await conversation.ask("2 yaş")
    told = facts((await conversation.ask("1 iş günü")).sentences)

    assert "Onlayn ödənişdə 2 faiz endirim var." in told
    assert not any("213" in text or "yarısı" in text for text in told)
