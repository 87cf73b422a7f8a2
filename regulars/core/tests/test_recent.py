"""Answers that may be a second old."""

from regulars.core import recent


def test_an_answer_is_asked_for_once_a_second_and_that_there_is_none_each_time(monkeypatch):
    asked, now = [], [100.0]
    monkeypatch.setattr(recent.time, "monotonic", lambda: now[0])

    def ask(answer):
        return recent.recent("key", lambda: asked.append(answer) or answer)

    assert [ask(None), ask(None), ask("a"), ask("b")] == [None, None, "a", "a"]
    now[0] += recent.FRESH
    assert ask("b") == "b" and asked == [None, None, "a", "b"]


def test_whoever_changes_something_makes_this_process_ask_again():
    assert recent.recent("key", lambda: 1) == 1
    recent.forget()
    assert recent.recent("key", lambda: 2) == 2


def test_not_more_than_so_many_answers_are_kept(monkeypatch):
    monkeypatch.setattr(recent, "MOST", 3)
    for n in range(10):
        recent.recent(n, lambda n=n: n + 1)
    assert len(recent._kept) <= 3
