from pathlib import Path

import pytest

from pilots.lexemes import skeleton
from pilots.matching import FINITE, CardMatcher, names_of, overlap, similarity
from pilots.registry import load_pilots
from pilots.vocabulary import load_vocabulary
from rag.cards import ServiceCard, load_deck
from tests.pilots.small_pilot import understood, write_deck


@pytest.fixture
def deck(tmp_path: Path) -> dict[str, ServiceCard]:
    return write_deck(tmp_path)


@pytest.fixture
def matcher(deck: dict[str, ServiceCard]) -> CardMatcher:
    return CardMatcher(deck, load_vocabulary().fillers)


def best(matcher: CardMatcher, text: str) -> str | None:
    return next((match.card.id for match in matcher.match(understood(text))), None)


@pytest.mark.parametrize(
    ("one", "other"), [("pasport", "pasportumu"), ("vəsiqə", "vəsiqəmi"), ("müavinət", "muavinat"), ("növbə", "növbəyə"), ("doğum", "doğumu")]
)
def test_forms_and_misspellings_of_a_word_are_alike(one: str, other: str):
    assert similarity(skeleton(one), skeleton(other)) > 0.4
    assert similarity(skeleton(one), skeleton(other)) == similarity(skeleton(other), skeleton(one))


@pytest.mark.parametrize(("one", "other"), [("ev", "iş"), ("pasport", "müavinət"), ("il", "ilk"), ("bağça", "çağa")])
def test_different_words_are_not_alike(one: str, other: str):
    assert similarity(skeleton(one), skeleton(other)) == 0


@pytest.mark.parametrize(
    ("text", "card_id"),
    [
        ("xarici pasport neçəyədir", "pasport"),
        ("PASPORT ÜÇÜN SƏNƏDLƏR", "pasport"),
        ("zaqran neceyedir", "pasport"),
        ("baqca novbesi", "bagca-novbesi"),
        ("doqum muavineti ne qederdir", "doguma-gore-muavinet"),
        ("şəxsiyyət vəsiqəm itib", "vesiqe-itirilmis"),
        ("şəxsiyyət vəsiqəsini dəyişdirmək", "vesiqe-deyisdirme"),
        ("ilk dəfə şəxsiyyət vəsiqəsi", "vesiqe-ilk"),
    ],
)
def test_the_card_that_the_words_name_is_the_best_match(matcher: CardMatcher, text: str, card_id: str):
    assert best(matcher, text) == card_id


def test_matches_come_best_first_with_shares(matcher: CardMatcher):
    matches = matcher.match(understood("şəxsiyyət vəsiqəsi itib"))

    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
    assert all(0 <= share <= 1 for match in matches for share in (match.precision, match.recall, match.coverage))


@pytest.mark.parametrize("text", ["Salam, necəsiniz?", "", "qırx beş manqo kokteyli"])
def test_words_that_no_card_has_match_nothing(matcher: CardMatcher, text: str):
    assert matcher.match(understood(text)) == []


def test_another_event_contradicts_a_card(matcher: CardMatcher):
    contradicted = {match.card.id: match.contradicted for match in matcher.match(understood("şəxsiyyət vəsiqəm itib"))}

    assert contradicted["vesiqe-itirilmis"] is False
    assert contradicted["vesiqe-deyisdirme"] is True
    assert contradicted["vesiqe-ilk"] is True


def test_a_lost_document_is_not_meant_unless_said(matcher: CardMatcher):
    assert best(matcher, "şəxsiyyət vəsiqəsinin verilməsi") != "vesiqe-itirilmis"


def test_a_match_can_be_narrowed_to_some_cards(matcher: CardMatcher):
    among = ["vesiqe-ilk", "unknown-card"]

    assert [match.card.id for match in matcher.match(understood("şəxsiyyət vəsiqəsi itib"), among=among)] == ["vesiqe-ilk"]


def test_siblings_are_the_cards_of_a_family(matcher: CardMatcher, deck: dict[str, ServiceCard]):
    assert set(matcher.siblings(deck["vesiqe-ilk"])) == {"vesiqe-ilk", "vesiqe-itirilmis", "vesiqe-deyisdirme"}
    assert matcher.siblings(deck["pasport"]) == ["pasport"]


def test_a_word_is_known_by_any_of_its_forms(matcher: CardMatcher):
    assert matcher.knows(skeleton("pasportlar"))
    assert not matcher.knows(skeleton("futbol"))


def test_a_card_is_called_by_its_title_and_aliases(deck: dict[str, ServiceCard]):
    assert names_of(deck["pasport"]) == ["Xarici pasportun verilməsi", "xarici pasport"]


@pytest.mark.parametrize(
    ("asked", "age_from", "age_to", "share"),
    [((2, 3), 0, 3, 1.0), ((0, 18), 0, 3, 1.0), ((3, 4), None, 3, 0.0), ((0, 4), 2, 6, 0.5), ((18, 130), 18, None, 1.0), ((5, 6), None, None, 1.0)],
)
def test_ages_overlap_by_the_share_of_the_shorter_interval(asked: tuple[int, int], age_from: int | None, age_to: int | None, share: float):
    assert overlap(asked, age_from, age_to) == pytest.approx(share)


@pytest.mark.parametrize("word", ["toplayım", "köçmüşük", "keçirirəm", "etdirməliyəm", "aparmalıyıq", "saxlayıram", "alacağam"])
def test_a_deed_is_known_by_its_ending(word: str):
    assert FINITE.search(skeleton(word))


@pytest.mark.parametrize("word", ["pasport", "klinika", "bayram", "proqram", "kitabım", "məktub", "təmir", "qərib", "arxiv", "salonu"])
def test_a_thing_is_no_deed(word: str):
    assert not FINITE.search(skeleton(word))


def own_best(text: str) -> tuple[str, bool]:
    deck = {card_id: card for path in load_pilots()["citizen_chat"].corpus_paths for card_id, card in load_deck(path).items()}
    match = CardMatcher(deck, load_vocabulary().fillers).match(understood(text))[0]
    return match.card.id, match.is_other


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ərimin evinə qeydiyyata düşmək istəyirəm", "yasayis-qeydiyyati"),
        ("məhkəmə qərarının surətini bir də istəyirəm, birinci itib", "mehkeme-rusumu"),
    ],
)
def test_whose_it_is_and_an_ordinal_name_no_other_thing(text: str, expected: str):
    assert own_best(text) == (expected, False)
