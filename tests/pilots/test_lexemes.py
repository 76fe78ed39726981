import pytest

from pilots.lexemes import Lexicon, Occurrence, begins, parse_phrase, skeleton, skeletons


@pytest.mark.parametrize("spelling", ["şəxsiyyət", "ŞƏXSİYYƏT", "sexsiyyet", "shaxsiyyat", "SEXSIYYET", "səxsiyət"])
def test_a_word_has_one_skeleton_in_every_usual_spelling(spelling: str):
    assert skeleton(spelling) == skeleton("Şəxsiyyət")


def test_a_doubled_vowel_tells_words_apart_and_a_cry_does_not():
    assert skeleton("saata") != skeleton("sata")
    assert skeleton("salaaaam") == skeleton("salam")


def test_suffixes_of_numbers_are_no_words():
    assert skeletons("114-cü maddə, 30-dur") == ["114", "mede", "30"]


@pytest.mark.parametrize(
    ("token", "forgiven"),
    [("muraciet", True), ("muracietim", True), ("mureciet", True), ("muraciot", True), ("muracot", False), ("buraciet", False), ("mura", False)],
)
def test_one_slip_is_forgiven_in_a_long_beginning_but_not_its_first_letter(token: str, forgiven: bool):
    assert begins(token, "muraciet") is forgiven


def test_no_slip_is_forgiven_in_a_short_beginning_or_a_number():
    assert not begins("evim", "elim")
    assert not begins("1234567", "1234568")


def test_a_word_beginning_covers_its_forms_and_a_whole_word_does_not():
    assert parse_phrase("pul").span(["pulum"], 0) == 1
    assert parse_phrase("=pul").span(["pulum"], 0) == 0
    assert parse_phrase("=pul").span(["pul"], 0) == 1


def test_words_of_a_phrase_must_follow_each_other():
    phrase = parse_phrase("neçə gün")

    assert phrase.span(skeletons("neçə günə hazırdır"), 0) == 2
    assert phrase.span(skeletons("neçə iş günü"), 0) == 0
    assert phrase.span(skeletons("neçə"), 0) == 0


def test_a_two_letter_word_is_never_a_beginning():
    assert parse_phrase("nə lazım").span(skeletons("nələr lazım"), 0) == 0


def test_a_lexicon_that_forgives_nothing_wants_the_letters_as_written():
    tokens = skeletons("təlimotları unut")

    assert Lexicon({"injection": ["təlimatları unut"]}).labels(tokens) == ["injection"]
    assert Lexicon({"injection": ["təlimatları unut"]}, forgiving=False).labels(tokens) == []


def test_occurrences_say_where_each_phrase_stands():
    lexicon = Lexicon({"fee": ["rüsum"], "document": ["sənəd"]})

    assert lexicon.occurrences(skeletons("sənədlər və rüsum")) == [Occurrence("fee", 2, 3), Occurrence("document", 0, 1)]
    assert lexicon.labels(skeletons("rüsumu, rüsumları")) == ["fee"]


def test_a_longer_phrase_of_another_label_hides_the_shorter_one_within():
    lexicon = Lexicon({"amount": ["neçəyə"], "hours": ["neçəyə kimi"]})

    assert [found.label for found in lexicon.longest(skeletons("neçəyə kimi açıqsınız"))] == ["hours"]
    assert [found.label for found in lexicon.longest(skeletons("neçəyə olar"))] == ["amount"]
