from pilots.grounding.claims import read_claims


def test_addresses_are_compared_without_scheme_and_punctuation():
    claims = read_claims("Müraciət: https://www.asan.gov.az/az/, və ya info@asan.gov.az.")
    assert claims.urls == {"asan.gov.az/az"}
    assert claims.emails == {"info@asan.gov.az"}


def test_a_telephone_number_is_its_digits_however_it_is_grouped():
    assert read_claims("Zəng edin: (012) 498 12-34").phones == read_claims("Zəng edin: 012 498 12 34").phones == {"0124981234"}


def test_names_are_capitals_inside_a_sentence_abbreviations_and_codes():
    names = read_claims("Ərizəni Dövlət Komitəsi və DSMF qəbul edir, AZ1025.").names
    assert "dsmf" in names
    assert "az1025" in names
    assert not any(name.startswith("eriz") for name in names)
