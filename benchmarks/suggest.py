"""Suggestions among a million messages, and the honesty gate with two thousand statements: milliseconds per question.

`python -m benchmarks.suggest [--quick]`, on SQLite; with DATABASE_URL on that (empty) database. Words are drawn by
Zipf's law from 30,000 made-up ones; each conversation has three questions and an answer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time

import numpy as np

TARGET_MS = 100
AT = 1_790_000_000_000_000
WORDS = 30_000


def vocabulary() -> list[str]:
    """Made-up words that no list of small words knows."""
    parts = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
    return [parts[n % 70] + parts[n // 70 % 70] + parts[n // 4900 % 70] + "x" for n in range(WORDS)]


class Talk:
    """Texts by Zipf's law."""

    def __init__(self, seed: int) -> None:
        self.random, self.words = np.random.default_rng(seed), vocabulary()
        weights = 1 / (np.arange(WORDS) + 6)
        self.weights = np.cumsum(weights / weights.sum())
        self.drawn: list[int] = []

    def text(self, words: int) -> str:
        if len(self.drawn) < words:
            self.drawn = np.searchsorted(self.weights, self.random.random(2_000_000)).clip(0, WORDS - 1).tolist()
        return " ".join(self.words[self.drawn.pop()] for _ in range(words))


def store(talk: Talk, cases: int) -> None:
    """Conversations that were answered and closed."""
    from regulars.core import bulk
    from regulars.inbox.models import Case, Entry

    case = {"kind": "mail", "title": "", "opened_us": AT, "opened_by": "x", "changed_us": AT, "facts": "{}"}
    case |= {"owner": "", "priority": 0, "closed_us": AT, "closed_by": "", "outcome": "answered", "audience": ""}
    case |= {"preview": "", "labels": "[]", "last_by": "", "turn_us": 0, "feels": "", "intent": "", "reopened": 0}
    rows = [(number, f"b:{number}", *case.values()) for number in range(1, cases + 1)]
    bulk.insert(Case, ("id", "origin", *case), rows)
    common = {"public": False, "facts": json.dumps({}), "automatic": False}
    for start in range(1, cases + 1, 20_000):
        said = []
        for number in range(start, min(start + 20_000, cases + 1)):
            for place in range(4):
                kind, by = ("answer", "user:1") if place == 3 else ("said", "person")
                said.append((number, kind, by, AT + place, talk.text(16), *common.values()))
        bulk.insert(Entry, ("case_id", "kind", "by", "at", "text", *common), said)


def timed(questions: int, ask) -> tuple[float, float]:
    """Median and 95th percentile of milliseconds."""
    took = []
    for number in range(questions):
        began = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took), sorted(took)[int(questions * 0.95)]


def measure(talk: Talk, cases: int, statements: int) -> None:
    """Learn, ask, examine; each with what it took."""
    from regulars.content.factbase import actions as facts
    from regulars.content.factbase.actions import Wording
    from regulars.content.honesty import Context, Fact, examine
    from regulars.inbox.suggesting import for_case, learning
    from regulars.inbox.suggesting.similar import like

    began = time.perf_counter()
    for start in range(1, cases + 1, 5_000):
        learning.learn(case_ids=list(range(start, min(start + 5_000, cases + 1))))
    took = time.perf_counter() - began
    print(
        f"learnt {cases:,} conversations ({cases * 4:,} messages) in {took:.0f} s, {cases / took:,.0f}/s", flush=True
    )
    for _ in range(50):
        made = facts.write(kind="fact", wording=Wording(text=talk.text(12), source="x"), owner="a", by="a", at=AT)
        facts.approve(statement_id=made.id, number=1, by="b", at=AT)
    for_case(1, at=AT)
    middle, slow = timed(200, lambda number: for_case(1 + number * 7 % cases, at=AT))
    print(
        f"suggestions for a conversation: median {middle:.1f} ms, p95 {slow:.1f} ms (target {TARGET_MS})", flush=True
    )
    found = sum(any(one.case_id == case for one in like(_question(case))) for case in range(1, 101))
    print(f"of 100 questions asked again word for word, {found} were found", flush=True)
    known = tuple(Fact(number, f"{talk.text(8)} costs {number} pounds.") for number in range(statements))
    context = Context(at=AT, asked="How much is it?", facts=known, business="Bench", names=("Mia",))
    texts = [
        f"{talk.text(10)}. It costs {n} pounds. {talk.text(12)}. We never {talk.text(5)}. – Mia" for n in range(100)
    ]
    examine(texts[0], context)
    middle, slow = timed(100, lambda number: examine(texts[number], context))
    print(f"the gate with {statements:,} statements: median {middle:.1f} ms, p95 {slow:.1f} ms", flush=True)


def _question(case: int) -> str:
    from regulars.inbox.models import Entry

    rows = Entry.objects.filter(case_id=case, kind="said").order_by("at")
    return " ".join(rows.values_list("text", flat=True))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("REGULARS_HOME", home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import transaction

        from regulars.core.models import Business

        call_command("migrate", verbosity=0)
        Business.objects.create(name="Bench", timezone="UTC", currency="GBP")
        talk, cases = Talk(1), 25_000 if asked.quick else 250_000
        began = time.perf_counter()
        with transaction.atomic():
            store(talk, cases)
        print(f"stored in {time.perf_counter() - began:.0f} s", flush=True)
        measure(talk, cases, 2_000)


if __name__ == "__main__":
    main()
