from pilots.citing import Citer


def cite(citer: Citer, quote: str, *, source_id: str = "pasport", title: str = "Qanun", locator: str = "maddə 7", as_of: str | None = "2024") -> int:
    return citer.cite(source_id=source_id, title=title, locator=locator, quote=quote, url=None, as_of=as_of)


def test_numbers_start_at_one_in_the_order_of_first_use():
    citer = Citer()

    numbers = [cite(citer, "a"), cite(citer, "b", locator="maddə 8"), cite(citer, "c"), cite(citer, "d", source_id="vesiqe")]

    assert numbers == [1, 2, 1, 3]
    assert [citation.n for citation in citer.citations()] == [1, 2, 3]


def test_quotes_of_one_place_are_joined_each_once():
    citer = Citer()
    for quote in ("31 AZN", "93 AZN", "31 AZN"):
        cite(citer, quote)

    assert [citation.quote for citation in citer.citations()] == ["31 AZN\n93 AZN"]


def test_the_same_place_of_another_date_is_another_citation():
    citer = Citer()

    assert cite(citer, "31 AZN", as_of="2023") != cite(citer, "31 AZN", as_of="2024")
    assert [citation.as_of for citation in citer.citations()] == ["2023", "2024"]


def test_nothing_cited_gives_no_citations():
    assert Citer().citations() == ()
