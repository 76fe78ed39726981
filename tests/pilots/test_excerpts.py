from pilots.evidence import weigh
from pilots.evidence_features import asked_keys
from pilots.excerpts import LONGEST, excerpts_of
from tests.pilots.small_pilot import found, understood

QUESTION = "Kitabxananın oxu zalından axşam istifadə üçün hansı qayda qoyulub?"
OPENER = "Kitabxananın oxu zalından axşam istifadə üçün qayda qoyulub."


def lines(*texts: str, question: str = QUESTION, asked: frozenset[str] | None = None) -> list[str]:
    passages = [found(f"sened-{place}", text) for place, text in enumerate(texts)]
    ranked = weigh(passages, understood(question))
    return [excerpt.text for excerpt in excerpts_of(ranked, asked_keys(question) if asked is None else asked)]


def test_a_sentence_that_repeats_the_question_takes_the_next_one_along():
    assert lines(f"{OPENER} Növbətçi yaşıl bilet verir.")[0] == f"{OPENER} Növbətçi yaşıl bilet verir."


def test_a_sentence_that_says_something_new_stands_alone():
    assert lines("Oxu zalına növbətçi yaşıl bilet, şkaf açarı və bir ədəd lampa verir. Bina köhnədir.")[0].endswith("lampa verir.")


def test_a_short_question_takes_nothing_along():
    assert lines(f"{OPENER} Növbətçi yaşıl bilet verir.", asked=frozenset())[0] == OPENER


def test_neither_a_clause_of_its_own_nor_a_long_sentence_is_taken_along():
    assert lines(f"{OPENER}\n7.2. Bilet növbətçidən alınır.")[0] == OPENER
    assert lines(f"{OPENER} {' '.join(['Uzun', *['cümlə'] * LONGEST])}.")[0] == OPENER


def test_no_line_repeats_one_before_it():
    text = f"{OPENER} Növbətçi yaşıl bilet verir."
    shown = lines(text, text)

    assert len(shown) == len(set(shown)) == 1


def test_what_is_shown_already_is_not_shown_again_with_a_sentence_that_points_back():
    shown = lines("Kitabxananın oxu zalından axşam istifadəyə görə növbəyə qabaqcadan yazılmaq lazımdır. Bu qayda dünən də vardı.", asked=frozenset())

    assert shown == ["Kitabxananın oxu zalından axşam istifadəyə görə növbəyə qabaqcadan yazılmaq lazımdır.", "Bu qayda dünən də vardı."]
