"""Which rows of the pilot's own tables a question selects."""

import pytest

from pilots.matching import CardMatcher
from pilots.reading import read
from pilots.registry import load_pilots
from pilots.selecting import select
from pilots.vocabulary import load_vocabulary
from rag.cards import Benefit, Fact, Fee, load_deck

DECK = {card_id: card for path in load_pilots()["citizen_chat"].corpus_paths for card_id, card in load_deck(path).items()}


def amounts(card_id: str, text: str) -> list[str]:
    lines = select(DECK[card_id], read(text, load_vocabulary())).lines
    return [f"{item.amount_azn.normalize():f}" for _, items in lines for item in items if isinstance(item, Fee | Benefit)]


@pytest.mark.parametrize(
    ("card_id", "text", "expected"),
    [
        ("is-icazesi", "6 aylıq iş icazəsi 15 iş gününə neçəyədir", ["700"]),
        ("ecnebi-qalma-uzadilmasi", "yetkin, 60 günədək uzatmaq, 1 iş gününə neçəyədir", ["100"]),
        ("pasport-boyuk", "pasport 5 günə yoxsa 10 günə, hansı ucuzdur", ["60", "120"]),
        ("arxiv-arayisi", "hüquqi şəxs üçün arxiv arayışı 3 günə neçəyədir", ["20"]),
    ],
)
def test_lengths_select_by_term_and_by_what_the_row_is_for(card_id: str, text: str, expected: list[str]):
    assert amounts(card_id, text) == expected


@pytest.mark.parametrize(
    ("card_id", "text", "expected"),
    [
        ("avtomobil-alqi-satqisi", "maşını qardaşıma bağışlayıram, rüsum nə qədərdir", ["35"]),
        ("avtomobil-alqi-satqisi", "maşını tanışıma satıram, rüsum nə qədərdir", ["70"]),
        ("vereselik-sehadetnamesi", "atamdan qalan ev, mən oğluyam, rüsum neçədir", ["25"]),
        ("sima-token", "MMC üçün neçəyədir", ["72"]),
        ("lisenziya", "bank lisenziyası neçəyədir", ["11000"]),
        ("etibarname", "qızım pensiyamı alsın, etibarnamə neçəyədir", ["0"]),
    ],
)
def test_who_it_goes_to_selects(card_id: str, text: str, expected: list[str]):
    assert amounts(card_id, text) == expected


@pytest.mark.parametrize(
    ("card_id", "text", "expected"),
    [
        ("elilliye-gore-sosial-muavinet", "70 faiz əlilliyə görə nə qədər verilir", ["250"]),
        ("mehkeme-rusumu", "iddia qiyməti 50 min manatdır, rüsum neçədir", ["120"]),
        # One row speaks of a sum, but not to tell it from another.
        ("pensiyaci-defn-muavineti", "dəfn üçün 300 manat verirlər?", ["840"]),
    ],
)
def test_ranges_select_where_rows_differ_in_them(card_id: str, text: str, expected: list[str]):
    found = amounts(card_id, text)
    assert set(expected) <= set(found)
    assert not {"30", "390", "300", "180"} & set(found)


def test_a_consulate_s_price_is_no_price_at_home_and_the_other_way_round():
    def told(text: str) -> str:
        return str(select(DECK["vesiyyetname"], read(text, load_vocabulary())).lines)

    abroad = told("vəsiyyətnaməni konsulluqda təsdiqləmək neçəyədir")
    assert "50 ABŞ dolları" in abroad
    assert "amount_azn=Decimal('15')" not in abroad
    assert "amount_azn=Decimal('15')" in told("vəsiyyətnamə neçəyədir")


@pytest.mark.parametrize(
    ("card_id", "text"),
    [
        ("nezaret-kassa-aparati", "kassa aparatı neçəyədir"),
        ("apostil", "apostil neçə il etibarlıdır"),
        ("emtee-nisani", "əmtəə nişanının rüsumu neçəyədir"),
        ("suruculuk-itirilmis", "sürücülük vəsiqəsini itirəndə cərimə nə qədərdir"),
        ("mmc-elektron-qeydiyyati", "MMC-nin elektron qeydiyyatı neçə gün çəkir"),
    ],
)
def test_another_kind_of_fact_is_not_told_in_place_of_the_one_that_was_asked(card_id: str, text: str):
    assert not select(DECK[card_id], read(text, load_vocabulary())).lines


def test_a_word_of_the_service_s_name_asks_nothing():
    assert select(DECK["qeydiyyat-nisani"], read("motosiklet üçün nömrə nişanı neçəyədir", load_vocabulary())).missing == ()


@pytest.fixture(scope="module")
def matcher() -> CardMatcher:
    return CardMatcher(DECK, load_vocabulary().fillers)


@pytest.mark.parametrize(
    ("text", "card_id", "is_other"),
    [
        ("tələbə biletim itib, yenisi neçəyədir", "herbi-bilet-itirilmis", True),
        ("hərbi biletim itib, yenisi neçəyədir", "herbi-bilet-itirilmis", False),
        ("diplomum itib, dublikatı neçəyədir", "cixaris-dublikati", True),
        ("kupçam itib, dublikatı neçəyədir", "cixaris-dublikati", False),
    ],
)
def test_another_thing_by_the_same_word_is_not_the_card_s(matcher: CardMatcher, text: str, card_id: str, is_other: bool):
    match = next(match for match in matcher.match(read(text, load_vocabulary())) if match.card.id == card_id)

    assert match.is_other is is_other


def test_a_compound_is_found_where_it_stands_as_a_whole(matcher: CardMatcher):
    reading = read("şirkətin qeydiyyat şəhadətnaməsi itib", load_vocabulary())
    named = DECK["vva-tekrar-sehadetname"]

    assert matcher.compounds(DECK["huquqi-sexs-kagiz-qeydiyyati"], reading, of=named) == 1
    assert matcher.compounds(named, reading, of=named) == 0


@pytest.mark.parametrize(
    ("card_id", "text", "expected"),
    [
        ("ecnebi-qalma-uzadilmasi", "yetkin, 2 ay uzatmaq, 3 iş gününə neçəyədir", ["60"]),
        ("mehkeme-rusumu", "60 min manatlıq borca görə iddia, rüsum nə qədər olacaq", ["120"]),
        ("emlak-muqavilesi-notariat", "güzəştli ipoteka ilə Sumqayıtda ev alıram, notariat rüsumu", ["25"]),
        ("emlak-muqavilesi-notariat", "mənzili yad adama satıram, Bakıda notarius rüsumu neçədir", ["280"]),
        ("arxiv-arayisi", "anamın stajı üçün arxiv arayışı 3 günə neçəyədir", ["10"]),
        ("bosanma", "ərim türmədədir, boşanma rüsumu neçə manatdır", ["2"]),
    ],
)
def test_rows_that_what_was_said_rules_out_are_not_shown(card_id: str, text: str, expected: list[str]):
    assert amounts(card_id, text) == expected


def test_days_in_which_it_is_done_are_not_counted_in_months():
    """«1 ay» is no term of 30 working days: the row for how soon stays unknown."""
    assert select(DECK["pasport-boyuk"], read("pasport 1 aya neçəyədir", load_vocabulary())).term_unknown


@pytest.mark.parametrize(
    ("card_id", "text", "expected"),
    [
        ("ecnebi-qalma-uzadilmasi", "40 yaşlı əcnəbi 45 gün qalmağını uzatmaq istəyir, 1 iş gününə rüsum neçəyədir", ["100"]),
        ("ecnebi-qalma-uzadilmasi", "40 yaşlı əcnəbi 15 günlük uzadır, 3 iş gününə rüsum neçəyədir", ["30"]),
        ("ecnebi-qalma-uzadilmasi", "40 yaşlı əcnəbi qalmağı 90 günlük uzatmaq istəyir, rüsum neçəyədir", []),
        ("muveqqeti-yasama-icazesi", "10 yaşlı uşağa 6 aylıq yaşama icazəsi, 15 iş gününə neçəyədir", ["50"]),
        ("muveqqeti-yasama-icazesi", "30 yaşım var, 2 illik yaşama icazəsi 20 iş gününə neçəyədir", ["240"]),
        ("nezaret-kassa-aparati", "kassasız satışa görə ilk dəfə cərimə neçə manatdır", ["1000"]),
        ("nezaret-kassa-aparati", "kassasız satışa görə 2-ci dəfə cərimə neçə manatdır", ["3000"]),
        ("avtomobil-qeydiyyati", "3.5 motorlu maşın almışam, qeydiyyat neçəyədir", ["30"]),
        ("sv-deyisdirme", "qaçqınam, vəsiqəmi dəyişirəm, rüsum neçəyədir", []),
        ("texniki-baxis", "minik maşınıma 1.8 motor, texniki baxış neçəyədir", ["30"]),
        ("asan-kommunal", "ASAN Kommunalda sayğacın təmiri neçəyədir", []),
    ],
)
def test_a_row_is_chosen_by_how_far_it_reaches_and_never_shown_beside_those_of_others(card_id: str, text: str, expected: list[str]):
    assert amounts(card_id, text) == expected


def test_an_engine_s_volume_selects_the_rate_and_keeps_the_factor():
    selection = select(DECK["avtomobil-qeydiyyati"], read("3.5 motorlu maşın almışam, qeydiyyat neçəyədir", load_vocabulary()))
    rates = [item.text for section, items in selection.lines if section == "rates" for item in items if isinstance(item, Fact)]
    assert [text.split()[1] for text in rates] == ["4000", "məbləğlər"]
