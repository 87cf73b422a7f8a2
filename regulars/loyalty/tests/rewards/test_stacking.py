"""What codes take off together."""

from hypothesis import given
from hypothesis import strategies as st

from regulars.loyalty.rewards.stacking import Line, Offer, Rules, price

LINES = st.lists(
    st.builds(
        Line, st.integers(0, 50_000), st.sampled_from(["ball", "boots", ""]), st.sampled_from(["soccer", "running"])
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def offers(draw):
    return [
        Offer(
            voucher_id=number,
            kind=kind,
            worth=draw(st.integers(1, 10_000)),
            least=draw(st.sampled_from([0, 0, 5_000])),
            categories=draw(st.sampled_from([(), ("soccer",)])) if kind != "gift_card" else (),
            alone=kind != "gift_card" and draw(st.booleans()),
        )
        for number, kind in enumerate(
            draw(st.lists(st.sampled_from(["money", "percent", "product", "gift_card"]), max_size=5))
        )
    ]


@given(LINES, offers(), st.integers(1, 3), st.integers(0, 100), st.randoms(use_true_random=False))
def test_a_price_is_never_below_nothing_and_adds_up_whatever_the_order(lines, codes, most, percent, random):
    rules = Rules(most_codes=most, most_percent=percent)
    found = price(lines, codes, rules)
    total = sum(line.amount for line in lines)
    assert found.to_pay >= 0 and min(found.lines) >= 0
    assert found.to_pay == total - sum(found.taken.values())
    cards = {one.voucher_id for one in codes if one.kind == "gift_card"}
    off = sum(taken for number, taken in found.taken.items() if number not in cards)
    assert sum(found.lines) == total - off and off <= total * percent // 100
    assert len(found.taken.keys() - cards) <= most
    assert found.taken.keys().isdisjoint(found.refused) and len(found.taken) + len(found.refused) == len(codes)
    random.shuffle(codes)
    assert price(lines, codes, rules) == found


def test_percentages_come_before_amounts_and_gift_cards_pay_last():
    basket = [Line(10_000, "ball", "soccer"), Line(5_000, "shoes", "running")]
    codes = [
        Offer(1, "gift_card", worth=4_000),
        Offer(2, "money", worth=1_000),
        Offer(3, "percent", worth=1_000, categories=("soccer",)),
    ]
    found = price(basket, codes)
    assert found.taken == {3: 1_000, 2: 1_000, 1: 4_000}
    assert found.to_pay == 9_000 and sum(found.lines) == 13_000


def test_a_code_that_stands_alone_says_so_beside_another():
    found = price([Line(10_000)], [Offer(1, "percent", worth=2_000, alone=True), Offer(2, "money", worth=500)])
    assert found.taken == {2: 500} and "cannot be joined" in found.refused[1]
    assert price([Line(10_000)], [Offer(1, "percent", worth=2_000, alone=True)]).taken == {1: 2_000}


def test_a_code_for_soccer_does_nothing_for_running_shoes():
    found = price([Line(10_000, "shoes", "running")], [Offer(1, "percent", worth=5_000, categories=("soccer",))])
    assert found.to_pay == 10_000 and "Nothing in the basket" in found.refused[1]
