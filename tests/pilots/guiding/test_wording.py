from string import Formatter
from typing import get_args

import pytest

from pilots.answer import Language
from pilots.guiding.dialogue import ATTRIBUTES, Dialogue
from pilots.guiding.wording import GuidingFrame, Wording, load_guiding
from pilots.manifest import Messages
from rag.cards import Event, Person, Place

TEXTS = load_guiding()
LANGUAGES: tuple[Language, ...] = ("az", "en", "ru")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("group", ["questions", "names", "changes", "labels", "frames"])
def test_every_text_stands_in_three_languages_and_takes_the_same_values(group: str):
    texts: dict[str, Messages] = getattr(TEXTS, group)
    for name, text in texts.items():
        assert placeholders(text.az) == placeholders(text.en) == placeholders(text.ru), name
        assert len({text.az, text.en, text.ru}) == 3 or group == "labels", name


def test_every_question_condition_and_frame_has_its_text():
    assert set(TEXTS.questions) == set(TEXTS.names) == set(TEXTS.changes) == set(TEXTS.change_what) == set(ATTRIBUTES)
    assert {*Event, *Person, *Place} <= set(TEXTS.labels)
    assert set(TEXTS.frames) == set(get_args(GuidingFrame))


@pytest.mark.parametrize(
    ("age", "label"),
    [("5-6", "5 yaş"), ("0-1", "1 yaşınadək"), ("0-18", "18 yaşınadək"), ("18-130", "18 yaş və yuxarı"), ("3-18", "3 yaşından 18 yaşınadək")],
)
def test_an_age_is_shown_as_people_say_it(age: str, label: str):
    assert Wording({}).label("age", age, "az") == label


def test_what_was_said_is_repeated_in_order():
    dialogue = Dialogue(answers={"event": "lost", "age": "5-6"})

    assert Wording({}).said(dialogue, "az") == "Dedikləriniz: vəziyyət – İtirilib və ya korlanıb; yaş – 5 yaş."
    assert Wording({}).said(Dialogue(), "az") is None
