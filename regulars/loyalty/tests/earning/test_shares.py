"""Rounding that adds up."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from regulars.loyalty.earning.shares import share_out

AMOUNTS = st.lists(st.fractions(0, 10_000), min_size=1, max_size=12)


@given(AMOUNTS)
def test_shares_add_up_to_the_whole_rounded_down_and_each_is_less_than_one_off(exact):
    shares = share_out(exact)
    assert sum(shares) == int(sum(exact))
    assert all(abs(share - each) < 2 for share, each in zip(shares, exact, strict=True))


@given(AMOUNTS, st.integers(0, 10_000))
def test_a_given_total_is_shared_out_whole(exact, total):
    shares = share_out(exact, total)
    assert sum(shares) == (total if sum(exact) else 0)
    assert min(shares) >= 0


def test_the_largest_remainder_gets_the_point_that_is_left():
    assert share_out([Fraction(1, 3), Fraction(1, 3), Fraction(1, 2), Fraction(5, 6)]) == [0, 0, 1, 1]
    assert share_out([Fraction(1, 2), Fraction(1, 2)]) == [1, 0]
