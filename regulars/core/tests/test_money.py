"""Money as people type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.money import read_amount, to_major


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("12.50", 1250), ("12,50", 1250), ("12,5", 1250), (" 1,234.50", 123450), ("1.234,50", 123450), ("1 234", 123400),
     ("1,234", 123400), ("1.234", 123400), ("1'234'567", 123456700), ("0", 0), ("-3", -300)],
)  # fmt: skip
def test_an_amount_means_what_it_looks_like(typed, minor):
    assert read_amount(typed, "GBP") == minor


@pytest.mark.parametrize("typed", ["", "twelve", "1,23,456", "1.2.3", "12,", "1,2345", "٣"])
def test_what_is_no_amount_is_said_to_be_none(typed):
    with pytest.raises(ValueError, match=r"write it as 12\.50"):
        read_amount(typed, "GBP")


def test_a_currency_without_pennies_has_none():
    assert read_amount("1.250", "JPY") == 1250
    with pytest.raises(ValueError, match="write it as 1250"):
        read_amount("12,50", "JPY")


@given(st.integers(0, 10**12), st.sampled_from(["GBP", "JPY", "KWD"]), st.sampled_from(["", ",", " "]))
def test_whatever_is_shown_is_read_back(minor, currency, group):
    shown = f"{to_major(minor, currency):,f}".replace(",", group)
    assert read_amount(shown, currency) == minor
