import pytest

from pilots.answer import AnswerStatus, Language, Question, SentenceKind
from pilots.errors import ManifestInvalid
from pilots.hand_over import HandOver
from pilots.messages import MessageBook
from pilots.registry import Pilot, load_pilots

PACKAGED = load_pilots()


def hand_over(pilot: Pilot, text: str, language: Language = "az", status: AnswerStatus = AnswerStatus.ERROR_RETRIEVAL):
    return HandOver(pilot, MessageBook(pilot.manifest)).compose(status, Question(text=text), language)


@pytest.mark.parametrize("pilot", PACKAGED.values(), ids=PACKAGED.keys())
@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_every_packaged_pilot_names_a_sourced_number_and_its_owner(pilot: Pilot, language: Language):
    draft = hand_over(pilot, "Salam", language)

    facts = [sentence for sentence in draft.sentences if sentence.kind is SentenceKind.FACT]
    assert facts
    assert all(sentence.text in draft.citations[sentence.citations[0] - 1].quote for sentence in facts)
    assert draft.sentences[0].text == MessageBook(pilot.manifest).status(AnswerStatus.ERROR_RETRIEVAL, language)
    assert pilot.manifest.owner.contact in draft.sentences[-1].text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Minimum pensiya nə qədərdir?", "142"),
        ("Qaz kartım itib", "104"),
        ("mene yasama icazesi lazimdir", "919"),
        ("Vergi borcum", "195-1"),
    ],
)
def test_the_line_of_what_was_asked_comes_first(text: str, number: str):
    fact = next(sentence for sentence in hand_over(PACKAGED["citizen_chat"], text).sentences if sentence.kind is SentenceKind.FACT)
    assert fact.text.endswith(f": {number}")


def test_few_lines_are_named_at_once():
    draft = hand_over(PACKAGED["citizen_chat"], "pensiya, qaz, vergi, təhsil, sərhəd, istilik və ekologiya")
    assert sum(sentence.kind is SentenceKind.FACT for sentence in draft.sentences) == 3


def test_a_number_that_two_cards_have_is_named_once_and_cited_to_the_first():
    draft = hand_over(PACKAGED["citizen_chat"], "ASAN mərkəzinə necə zəng edim?")
    facts = [sentence.text for sentence in draft.sentences if sentence.kind is SentenceKind.FACT]
    assert [text.rpartition(": ")[2] for text in facts].count("108") == 1
    assert [citation.source_id for citation in draft.citations if "108" in citation.quote] == ["asan-108"]


def test_a_card_that_is_not_there_is_found_out_at_the_start():
    pilot = PACKAGED["citizen_chat"]
    missing = Pilot(pilot.manifest.model_copy(update={"hand_over": ("corpus/yox.yaml",)}), pilot.folder)
    with pytest.raises(ManifestInvalid, match="hand_over"):
        hand_over(missing, "Salam")
