import json

from gateway.store.focus_json import dump_focus, load_focus
from pilots.answer import Focus
from pilots.guiding.dialogue import Dialogue
from pilots.reading import Conditions

TOLD = Dialogue(
    cards=("pasport", "vesiqe-itirilmis"),
    answers={"term": "1 iş günü", "event": "other", "age": "3-4"},
    asking="case",
    page=2,
    stage="asking",
    language="ru",
    wish="5 day",
)


def test_a_dialogue_survives_being_stored_with_its_answers_in_order():
    stored = json.dumps(dump_focus(TOLD.as_focus("pasport")), sort_keys=True)
    back = Dialogue.from_focus(load_focus(json.loads(stored)))

    assert back == TOLD
    assert back is not None
    assert list(back.answers) == ["term", "event", "age"]


def test_the_focus_of_another_pilot_is_no_dialogue():
    assert Dialogue.from_focus(Focus(sources=("pasport",), conditions={"age_from": 3, "age_to": 4})) is None
    assert Dialogue.from_focus(Focus()) is None


def test_an_answer_given_again_becomes_the_newest_one():
    assert list(TOLD.answered("term", "5 iş günü").answers.items()) == [("event", "other"), ("age", "3-4"), ("term", "5 iş günü")]


def test_an_answer_that_only_repeats_keeps_its_place():
    assert list(TOLD.answered("term", "1 iş günü").answers) == list(TOLD.answers)


def test_what_was_said_is_told_as_the_other_pilots_understand_it():
    assert TOLD.conditions() == Conditions(age=(3, 4))
    assert TOLD.answered("event", "lost").conditions().event == "lost"
