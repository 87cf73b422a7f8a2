"""Members beside people alike."""

from random import Random

from regulars.commerce.alike import Seen, compare


def crowd(effect: int, *, size: int = 4000, seed: int = 1) -> list[Seen]:
    """People who join the more often the more they bought, and who spend what they spent before, and the effect."""
    chance, found = Random(seed), []
    for _ in range(size):
        spent = chance.randint(100, 20_000)
        came = chance.random() < spent / 40_000
        after = spent // 4 + chance.randint(-500, 500) + (effect if came else 0)
        found.append(Seen(1, came, chance.randint(1, 300), chance.randint(1, 12), spent, int(after > 0), after))
    return found


def test_who_buys_more_and_joins_more_often_makes_no_difference():
    found = compare(crowd(0), "spent_after")
    naive = crowd(0)
    theirs = [seen.spent_after for seen in naive if seen.came]
    others = [seen.spent_after for seen in naive if not seen.came]
    assert sum(theirs) / len(theirs) - sum(others) / len(others) > 500  # what joining seems to do
    assert abs(found.difference) < 150
    assert found.low < found.difference < found.high


def test_a_true_difference_is_found_within_its_interval():
    found = compare(crowd(1000), "spent_after")
    assert found.low - 150 < 1000 < found.high + 150
    assert found.low > 0


def test_who_has_nobody_alike_is_left_out_and_counted():
    alone = Seen(1, True, 5, 50, 900_000, 1, 10_000)
    found = compare([*crowd(0, size=500), alone], "spent_after")
    assert found.matched < found.came


def test_without_anybody_alike_nothing_is_claimed():
    assert compare([Seen(1, True, 5, 5, 500, 1, 100)], "spent_after") is None
    assert compare([], "bought_after") is None
