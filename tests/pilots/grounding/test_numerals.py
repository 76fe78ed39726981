import pytest

from pilots.grounding.numerals import read_quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 manatdır", [("50", "azn")]),
        ("əlli manat", [("50", "azn")]),
        ("on beş gün", [("15", "day")]),
        ("iki yüz əlli manatadək", [("250", "azn")]),
        ("1 200 AZN", [("1200", "azn")]),
        ("0,50 AZN", [("0.50", "azn")]),
        ("10 iş günü ərzində", [("10", "working_day")]),
        ("5–10 gün", [("5", "day"), ("10", "day")]),
        ("3 və ya 5 il", [("3", "year"), ("5", "year")]),
        ("114-cü maddənin 3-cü hissəsi", [("114", "article"), ("3", "part")]),
        ("altı aylıq", [("6", "month")]),
        ("20%", [("20", "%")]),
        ("72 saat", [("72", "hour")]),
        ("min manat", [("1000", "azn")]),
    ],
)
def test_digits_and_number_words_come_out_the_same(text: str, expected: list[tuple[str, str]]):
    assert [(str(quantity.value), quantity.unit) for quantity in read_quantities(text)] == expected


@pytest.mark.parametrize("text", ["onun üçün", "bir şəxs", "biri gəlir", "üçün", "ona verilir", "ilk dəfə"])
def test_words_that_only_look_like_numbers_are_none(text: str):
    assert read_quantities(text) == []


def test_an_identifier_is_kept_as_it_stands():
    (quantity,) = read_quantities("Maddə 14.3-1.2")
    assert (quantity.value, quantity.unit, quantity.text) == (None, "article", "14.3-1.2")
