import pytest

from pilots.lexemes import Lexicon
from pilots.triage.features import content_words, cue_strengths, cue_words, plain_text, word_stems

CUES = Lexicon({"gas": ["qaz", "mavi yanacaq"], "water": ["kanalizasiya"]})


def test_masks_and_capitals_are_no_part_of_what_the_model_reads():
    assert plain_text("QAZ SAYĞACIM [abonent kodu] XARABDIR").split() == ["qaz", "sayğacım", "xarabdır"]


@pytest.mark.parametrize("typed", ["Qaz sayğacım", "QAZ SAYĞACIM", "qaz saygacim", "газ сајғаҹым"])
def test_a_word_has_one_stem_however_it_is_typed(typed: str):
    assert "seyge" in word_stems(typed)


def test_stop_words_and_numbers_say_nothing():
    assert content_words("və bu 20 üçün qaz") == ["gez"]


def test_cues_are_told_by_topic_as_they_are_written():
    assert cue_words("Mavi yanacaq yoxdur, qazı kəsiblər", CUES) == {"gas": ["qazı", "mavi yanacaq"]}


def test_each_further_cue_adds_half_of_what_is_left():
    assert cue_strengths({"gas": ["qazı", "mavi yanacaq"]}, ["gas", "water"]) == [0.75, 0.0]
