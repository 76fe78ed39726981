from pathlib import Path

import pytest

from pilots.answer import AnswerStatus, SentenceKind
from pilots.context import Draft
from pilots.guard import withhold_unsupported
from pilots.steps.compose_from_passages import ComposeFromPassages
from rag.passages import ScoredPassage
from tests.pilots.small_pilot import common_messages, context_of, facts, found

TEXT = "Məzuniyyət yazılı ərizə ilə verilir. Əsas məzuniyyətin müddəti 21 təqvim günüdür. Kollektiv müqavilə başqa şərt qoya bilər."


async def compose(folder: Path, text: str, *passages: ScoredPassage) -> Draft:
    outcome = await ComposeFromPassages(common_messages(folder))(context_of(text, *passages))
    assert isinstance(outcome, Draft)
    return outcome


async def test_sentences_are_verbatim_and_cite_their_place(tmp_path: Path):
    draft = await compose(tmp_path, "Əsas məzuniyyətin müddəti neçə gündür?", found("mezuniyyet", TEXT))

    assert draft.status is AnswerStatus.ANSWERED
    assert "Əsas məzuniyyətin müddəti 21 təqvim günüdür." in facts(draft.sentences)
    assert all(fact in TEXT for fact in facts(draft.sentences))
    assert [(citation.source_id, citation.locator, citation.as_of) for citation in draft.citations] == [("mezuniyyet", "Maddə 1", "2024-03")]
    assert withhold_unsupported(draft) == draft


async def test_an_answer_opens_with_the_pilots_own_words(tmp_path: Path):
    draft = await compose(tmp_path, "Əsas məzuniyyətin müddəti neçə gündür?", found("mezuniyyet", TEXT))

    assert draft.sentences[0].kind is SentenceKind.FRAME
    assert [sentence.kind for sentence in draft.sentences[1:]] == [SentenceKind.FACT] * len(facts(draft.sentences))


async def test_a_named_article_is_shown_from_its_beginning(tmp_path: Path):
    draft = await compose(tmp_path, "1-ci maddə nə deyir?", found("mecelle", TEXT, is_lookup=True))

    assert facts(draft.sentences) == TEXT.replace(". ", ".\n").splitlines()


async def test_what_the_answer_is_about_is_kept_for_the_next_question(tmp_path: Path):
    draft = await compose(tmp_path, "Əsas məzuniyyətin müddəti neçə gündür?", found("mezuniyyet", TEXT))

    assert draft.focus.sources == ("mezuniyyet",)
    assert "duration" in draft.focus.aspects


@pytest.mark.parametrize("passages", [(), (found("bos", ""),)], ids=["no passage", "empty passage"])
async def test_without_a_sentence_there_is_no_answer(tmp_path: Path, passages: tuple[ScoredPassage, ...]):
    assert await compose(tmp_path, "Məzuniyyət neçə gündür?", *passages) == Draft(status=AnswerStatus.UNANSWERABLE_NO_SOURCE)


async def shown(folder: Path, text: str, *passages: ScoredPassage) -> list[str]:
    return facts((await compose(folder, text, *passages)).sentences)


async def test_a_sentence_that_points_back_comes_with_the_one_before(tmp_path: Path):
    text = "Ərizə idarəyə verilir. Bu müddət sınaq üçün 3 aydır. Haqq ödənilmir."

    assert await shown(tmp_path, "Sınaq müddəti neçə aydır?", found("sinaq", text)) == ["Ərizə idarəyə verilir. Bu müddət sınaq üçün 3 aydır."]


WHOLE = "Kənd kitabxanasının oxu zalından axşam saatlarında istifadə etmək istəyən oxucular üçün hansı qayda müəyyən olunub?"


async def test_a_sentence_that_repeats_the_question_is_shown_with_the_one_that_it_leads_up_to(tmp_path: Path):
    text = (
        "Kitabxana 1951-ci ildə açılıb. Axşam saatlarında kitabxananın oxu zalından istifadə etmək istəyən oxucular üçün qayda müəyyən olunub. "
        "Növbətçidən yaşıl bilet götürülür. Bina iki mərtəbəlidir."
    )
    draft = await compose(tmp_path, WHOLE, found("kitabxana", text))

    assert facts(draft.sentences)[0].endswith("qayda müəyyən olunub. Növbətçidən yaşıl bilet götürülür.")
    assert withhold_unsupported(draft) == draft


@pytest.mark.parametrize(("second", "is_shown"), [("növbətçi açarı geri alır.", True), ("5 manat alınır.", False)])
async def test_to_a_whole_question_a_second_line_is_shown_unless_it_has_an_amount(tmp_path: Path, second: str, is_shown: bool):
    best = "Kənd kitabxanasının oxu zalından axşam saatlarında istifadə etmək istəyən oxucular əvvəlcədən növbəyə yazılıb bildiriş gözləyir."

    line = f"Axşam saatlarında kitabxananın oxu zalını istifadə edən oxuculardan {second}"

    assert await shown(tmp_path, WHOLE, found("a", best), found("b", line)) == ([best, line] if is_shown else [best])


async def test_the_head_of_a_list_comes_with_its_items(tmp_path: Path):
    text = "Giriş.\nXitam əsasları bunlardır:\na) müddətin bitməsi;\nb) razılıq."

    assert await shown(tmp_path, "Xitam əsasları hansılardır?", found("xitam", text)) == [
        "Xitam əsasları bunlardır:",
        "a) müddətin bitməsi;",
        "b) razılıq.",
    ]


async def test_beside_the_number_that_was_asked_for_no_less_likely_number_is_shown(tmp_path: Path):
    text = "Yazılı sorğunu qəbul etməyən şəxs 80 manat cərimə olunur. Məlumatı gizlədən şəxs 150 manat cərimə olunur."

    assert await shown(tmp_path, "Yazılı sorğunu qəbul etməyən nə qədər cərimə olunur?", found("cerime", text)) == [text.split(". ")[0] + "."]


async def test_of_a_named_article_only_the_clause_that_was_named_is_shown(tmp_path: Path):
    text = "Maddə 7. Rüsumlar\n7.1. Vəsiqə üçün 30 manat.\n7.2. Pasport üçün 40 manat."

    assert await shown(tmp_path, "7.2-ci bənd nə deyir?", found("rusum", text, is_lookup=True)) == ["7.2. Pasport üçün 40 manat."]


async def test_the_heading_of_a_long_article_is_shown_once(tmp_path: Path):
    parts = [found("a", "Maddə 7. Rüsumlar\n7.1. Bir.", is_lookup=True), found("b", "Maddə 7. Rüsumlar\n7.2. İki.", is_lookup=True)]

    assert await shown(tmp_path, "7-ci maddə nə deyir?", *parts) == ["Maddə 7. Rüsumlar", "7.1. Bir.", "7.2. İki."]
