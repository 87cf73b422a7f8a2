"""One spelling for every identifier, and what proves nothing."""

import pytest

from regulars.people.identifiers import PLACEHOLDER, normal


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("email", " Anna.Berg@Example.COM ", "anna.berg@example.com"),
        ("email", "mailto:anna@example.com", "anna@example.com"),
        ("email", "Anna.Berg+news@gmail.com", "annaberg@gmail.com"),
        ("email", "anna.berg@googlemail.com", "annaberg@gmail.com"),
        ("email", "a.b+c@example.com", "a.b+c@example.com"),
        ("email", "jörg@münchen.de", "jörg@münchen.de"),
        ("phone", "07123 456 701", "+447123456701"),
        ("phone", "+44 (0)7123-456701", "+447123456701"),
        ("phone", "0049 351 123456", "+49351123456"),
        ("phone", "+49 351 123456", "+49351123456"),
        ("card", "ng 5521-88", "NG552188"),
        ("external:shopify", " 77-A ", "77-A"),
    ],
)
def test_a_value_has_one_spelling(type_, raw, value):
    found = normal(type_, raw, "GB")
    assert (found.value, found.refused) == (value, "")


@pytest.mark.parametrize(
    ("type_", "raw"),
    [("phone", p) for p in ("0000000000", "1234567890", "07777 777777", "99999999999", "0123456789", "07123456789")]
    + [("email", e) for e in ("test@example.com", "noemail@shop.com", "none@none.com", "a@test.com", "x@x.com")]
    + [("card", c) for c in ("000000", "1111111", "123456", "12")],
)
def test_a_placeholder_links_nobody(type_, raw):
    assert normal(type_, raw, "GB").refused == PLACEHOLDER


@pytest.mark.parametrize(
    ("type_", "raw"),
    [("email", "anna@"), ("email", "anna example.com"), ("email", "a@b"), ("phone", "call me"), ("phone", "12")],
)
def test_what_cannot_be_read_says_so(type_, raw):
    assert normal(type_, raw, "GB").refused.startswith("not a")


@pytest.mark.parametrize("raw", ["C12345", "10000", "4567", "NG-100001"])
def test_cards_numbered_through_are_real(raw):
    assert normal("card", raw, "GB").refused == ""


@pytest.mark.parametrize("raw", ["", "   ", "\t"])
def test_nothing_is_nothing(raw):
    assert normal("email", raw, "GB") is None


@pytest.mark.parametrize("raw", ["07123 456 701", "+44 20 7946 0018", "07700 900123", "0161 496 0000"])
def test_real_numbers_are_no_placeholders(raw):
    assert normal("phone", raw, "GB").refused == ""
