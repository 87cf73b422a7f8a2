"""A count that took long is not made again at once; a quick one always is."""

from regulars.channels import seldom


def test_what_took_long_is_kept_for_a_while_and_what_was_quick_is_not(monkeypatch):
    now, asked = [100.0], []
    monkeypatch.setattr(seldom, "_kept", {})
    monkeypatch.setattr(seldom.time, "monotonic", lambda: now[0])

    def count(seconds):
        asked.append(seconds)
        now[0] += seconds
        return len(asked)

    assert [seldom.seldom("quick", lambda: count(0.01)) for _ in range(2)] == [1, 2]
    assert [seldom.seldom("slow", lambda: count(1.0)) for _ in range(3)] == [3, 3, 3]
    now[0] += 1.0 * seldom.TIMES
    assert seldom.seldom("slow", lambda: count(1.0)) == 4
