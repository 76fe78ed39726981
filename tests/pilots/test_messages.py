from pathlib import Path
from typing import get_args

import pytest

from pilots.answer import AnswerStatus, Language
from pilots.messages import FrameName, MessageBook, load_messages
from tests.pilots.small_pilot import common_messages, write_pilot

LANGUAGES: tuple[Language, ...] = ("az", "en", "ru")
VALUES = {"title": "T", "section": "S", "review_by": "D", "source": "Q", "dated": "", "text": "X {y}", "sections": "S"} | {
    "place": "P",
    "edition": "E",
    "former": "F",
    "day": "D",
    "reason": "W",
    "agency": "A",
    "contact": "C",
}


@pytest.mark.parametrize("status", AnswerStatus)
def test_every_status_has_a_message_of_its_own_in_every_language(status: AnswerStatus, tmp_path: Path):
    messages = common_messages(tmp_path)
    said = [messages.status(status, language) for language in LANGUAGES]

    assert all(said)
    assert len(set(said)) == len(LANGUAGES)


def test_no_two_statuses_say_the_same():
    said = [message.az for message in load_messages().statuses.values()]

    assert len(said) == len(set(said)) == len(AnswerStatus)


@pytest.mark.parametrize("name", get_args(FrameName))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_frame_takes_its_values_in_every_language(name: FrameName, language: Language, tmp_path: Path):
    said = common_messages(tmp_path).frame(name, language, **VALUES)

    assert said
    assert "{" not in said.replace(VALUES["text"], "")


def test_braces_in_a_source_are_shown_as_they_are(tmp_path: Path):
    assert "X {y}" in common_messages(tmp_path).frame("rival", "az", **VALUES)


def test_a_pilots_own_message_takes_the_place_of_the_common_one(tmp_path: Path):
    pilot = write_pilot(tmp_path, more='messages: {clarification: {az: "Hansı?", en: "Which?", ru: "Какой?"}}')
    messages = MessageBook(pilot.manifest)

    assert messages.status(AnswerStatus.CLARIFICATION, "en") == "Which?"
    assert messages.status(AnswerStatus.ERROR_TIMEOUT, "en") == load_messages().statuses[AnswerStatus.ERROR_TIMEOUT].en
