import pytest

from pilots.lexemes import skeletons
from pilots.quantities import Interval, Pace, Term, find_terms, find_volume, lengths_in, share_in, sum_in


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1 illik icazə 20 iş gününə", [Term(1, "year"), Term(20, "day")]),
        ("1 il 6 ayadək", [Term(18, "month")]),
        ("3 günlə 1 günün fərqi", [Term(3, "day"), Term(1, "day")]),
        ("6 aylıq iş icazəsi", [Term(6, "month")]),
        ("2 ilə qədər", [Term(2, "year")]),
        ("1 ilədək", [Term(1, "year")]),
        ("2 ilə", []),
        ("2025-ci il iyulun 1-dən", []),
        ("aylıq məbləğ", []),
    ],
)
def test_every_length_of_time_is_found(text: str, terms: list[Term]):
    assert [term for term, _ in find_terms(skeletons(text))] == terms


def test_a_year_is_twelve_months():
    assert lengths_in("1 ilədək") == lengths_in("12 ayadək")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("70 faiz əlilliyim var", (70, 70)),
        ("61–80% əlillik", (61, 80)),
        ("61-80 faiz", (61, 80)),
        ("81 faizdən yuxarı", (81, 100)),
        ("81 faizden yuxari", (81, 100)),
        ("faizi neçədir", None),
    ],
)
def test_a_percentage_or_a_range_of_them_is_read(text: str, share: Interval | None):
    assert share_in(text) == share


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("50 min manatlıq iddia", (50_000, 50_000)),
        ("iddia qiyməti 10 000 manatadək", (0, 10_000)),
        ("iddia qiymeti 10 000 manatadek", (0, 10_000)),
        ("10 000 – 100 000 manat", (10_000, 100_000)),
        ("neçə manatdır", None),
    ],
)
def test_a_sum_or_a_range_of_them_is_read(text: str, interval: Interval | None):
    assert sum_in(text) == interval


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("3 günə", Pace.SOON),
        ("5 iş günü", Pace.SOON),
        ("3 ildir yaşayıram", Pace.PASSED),
        ("4 ay qabaq almışam", Pace.PASSED),
        ("45 gün qalmaq", Pace.PLAIN),
        ("90 günlük qalma", Pace.PLAIN),
    ],
)
def test_how_soon_is_told_from_how_long_and_from_what_has_passed(text: str, pace: Pace):
    assert [term.pace for term, _ in find_terms(skeletons(text))] == [pace]


@pytest.mark.parametrize(
    ("text", "volume"), [("2.4 motorlu", 2400), ("3500 kub", 3500), ("mühərriki 1800", 1800), ("1.6 maşın", 1600), ("3 maşın", None)]
)
def test_an_engine_s_volume_is_read(text: str, volume: int | None):
    assert find_volume(skeletons(text))[0] == volume
