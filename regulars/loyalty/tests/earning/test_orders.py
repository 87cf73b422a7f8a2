"""An order as it stands after discounts, returns and refunds."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from regulars.loyalty.earning.orders import Bought, as_it_stands


def nets(*lines: tuple[int, float, float], paid: int | None = None, refunded: int = 0, postage: int = 0) -> list[int]:
    """What is left of lines (total, quantity, returned)."""
    bought = [Bought(n, f"p{n}", "", quantity, back, total) for n, (total, quantity, back) in enumerate(lines, 1)]
    whole = sum(total for total, _, _ in lines) + postage if paid is None else paid
    return [line.net for line in as_it_stands(bought, paid=whole, refunded=refunded, postage=postage)]


def test_postage_is_no_goods_and_a_discount_is_taken_off_every_line_alike():
    assert nets((1000, 1, 0), (3000, 1, 0), postage=500) == [1000, 3000]
    assert nets((1000, 1, 0), (3000, 1, 0), paid=3600) == [900, 2700]


def test_what_came_back_is_taken_off_its_line_only():
    assert nets((1000, 2, 1), (3000, 1, 0), refunded=500) == [500, 3000]


def test_money_given_back_beyond_the_goods_and_the_postage_is_taken_off_the_rest():
    assert nets((1000, 1, 0), (3000, 1, 0), refunded=400) == [900, 2700]
    assert nets((1000, 1, 0), (3000, 1, 0), refunded=400, postage=400) == [1000, 3000]
    assert nets((1000, 1, 0), refunded=9000) == [0]


def test_an_order_without_lines_is_one_line_of_its_own():
    (line,) = as_it_stands([], paid=2500, refunded=500, postage=400)
    assert (line.position, line.net) == (0, 2000)


def test_goods_given_in_exchange_make_the_rest_cheaper():
    assert nets((5000, 1, 0), (-2000, 1, 0)) == [3000]


LINES = st.lists(st.tuples(st.integers(1, 50_000), st.integers(1, 9)), min_size=1, max_size=6)


@given(LINES, st.data())
def test_returning_everything_leaves_nothing_however_it_was_paid(lines, data):
    gross = sum(total for total, _ in lines)
    paid = data.draw(st.integers(0, gross))
    assert set(nets(*[(total, n, n) for total, n in lines], paid=paid, refunded=paid)) == {0}


@given(LINES, st.data())
def test_more_returns_never_leave_more(lines, data):
    gross = sum(total for total, _ in lines)
    paid = data.draw(st.integers(1, gross))
    back = [data.draw(st.integers(0, n)) for _, n in lines]
    here = [(total, n, b) for (total, n), b in zip(lines, back, strict=True)]
    worth = sum(Fraction(total * b * paid, n * gross) for total, n, b in here)
    kept = sum(nets(*here, paid=paid, refunded=int(worth)))
    assert 0 <= kept <= paid
    assert abs(kept - (paid - worth)) <= 1
