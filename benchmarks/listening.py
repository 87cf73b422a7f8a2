"""Listening: matching 200 topics, and the trend report over 100,000 mentions of eight weeks.

`python -m benchmarks.listening [--quick]`. Yardsticks in the same run: for matching, every topic's own regular
expressions on every text; for the report, scikit-learn's CountVectorizer over all n-grams of all texts with the same
log-odds, which is what one would write without the house. Both yardsticks also check the answer.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import tempfile
import time

import numpy as np

DAY, HOUR = 86_400_000_000, 3_600_000_000
NOW = 1_790_000_000_000_000
TARGET_S, TARGET_ITEMS = 5.0, 1_000
TOPICS = 200
_WORDS = """
boots shoes tent jacket zip sole delivery parcel shop staff price sale queue till return refund size small
large warm wet rain hill run trail bike ride swim kids team match match ball racket string club league great
good nice bad awful love hate like want need buy bought sold new old red blue green fast slow late early week
day morning evening sunday monday summer winter holiday london leeds york anyone know help please thanks still
again never always maybe because after before with without about
"""
WORDS = _WORDS.split()


def texts(count: int, rng: np.random.Generator) -> list[str]:
    """Sentences of 8 to 24 words, some words much commoner than others."""
    share = 1 / np.arange(1, len(WORDS) + 1) ** 0.7
    share /= share.sum()
    many = [WORDS[n] for n in rng.choice(len(WORDS), size=count * 16, p=share)]
    lengths = rng.integers(8, 25, size=count)
    starts = rng.integers(0, len(many) - 30, size=count)
    return [" ".join(many[start : start + n]) for start, n in zip(starts, lengths, strict=True)]


def topics() -> dict[int, str]:
    """Two hundred queries as shops write them: names, phrases, choices, exceptions, nearness."""
    found = {}
    for n in range(TOPICS):
        a, b, c = WORDS[n % len(WORDS)], WORDS[(n * 7 + 3) % len(WORDS)], WORDS[(n * 13 + 5) % len(WORDS)]
        kinds = (f'brand{n} OR "{a} {b}"', f"{a} NEAR/4 {b} NOT {c}", f"brand{n}* {a}", f'"{a} {b}" OR ({b} {c})')
        found[n] = kinds[n % 4]
    return found


def matching(quick: bool) -> None:
    """Items per second against all topics at once, and one by one without an index."""
    from regulars.social.listening.matching import Matcher, compiled
    from regulars.social.listening.parsing import parse
    from regulars.social.listening.words import Said

    said = texts(2_000 if quick else 10_000, np.random.default_rng(1))
    queries = topics()
    matcher = Matcher(queries)
    began = time.perf_counter()
    ours = [matcher.of(Said(text)) for text in said]
    rate = len(said) / (time.perf_counter() - began)
    some = said[:500]
    asked = {n: compiled(parse(query)) for n, query in queries.items()}
    began = time.perf_counter()
    theirs = [[n for n, ask in asked.items() if ask(one)] for one in map(Said, some)]
    slow = len(some) / (time.perf_counter() - began)
    plain = _by_expressions(said[:200], queries)
    assert ours[: len(some)] == theirs, "the index changes the answer"
    hits = sum(map(len, ours)) / len(ours)
    print(f"matching {TOPICS} topics: {rate:,.0f} texts/s ({hits:.1f} hits each); target {TARGET_ITEMS:,}")
    print(f"  every topic on every text: {slow:,.0f} texts/s; a regular expression per word: {plain:,.0f} texts/s")


def _by_expressions(said: list[str], queries: dict[int, str]) -> float:
    """The yardstick: each word of each query as a search in the text (without asking what the operators mean)."""
    words = {n: [re.compile(rf"\b{re.escape(w)}\b") for w in re.findall(r"[a-z]+\d*", q)] for n, q in queries.items()}
    began = time.perf_counter()
    for text in said:
        for patterns in words.values():
            [pattern.search(text) for pattern in patterns]
    return len(said) / (time.perf_counter() - began)


def fill(count: int) -> list[int]:
    """A database with so many mentions of 20 topics in eight weeks, the last day with a crisis in one of them."""
    from regulars.channels.networks.models import Account, Item
    from regulars.core import bulk
    from regulars.core.models import Business
    from regulars.social.actions.mentions import COLUMNS
    from regulars.social.listening.repeats import fingerprint
    from regulars.social.models import Mention, Topic

    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    account = Account.objects.create(kind="bluesky", name="x", connected_by="x", created_us=1).id
    numbers = [
        Topic.objects.create(name=f"Topic {n}", kind="brand", query=f"brand{n}", created_by="x", created_us=1,
                             changed_us=1).id
        for n in range(20)
    ]  # fmt: skip
    rng = np.random.default_rng(2)
    said = texts(count, rng)
    moments = NOW - rng.integers(0, 56 * DAY, size=count)
    crisis = count // 200
    moments[:crisis] = NOW - rng.integers(0, HOUR, size=crisis)
    said[:crisis] = [f"card declined twice at the till {text}" for text in said[:crisis]]
    chosen = np.where(np.arange(count) < crisis, 0, rng.integers(0, 20, size=count))
    voices = np.where(np.arange(count) < crisis, 10_000_000 + np.arange(count), rng.integers(1, 30_000, size=count))
    known = [field.column for field in Item._meta.local_fields if field.column != "id"]
    plain = {"account_id": account, "kind": "post", "public": True, "to_us": False, "ours": False, "parent": "",
             "title": "", "language": "en", "url": "", "media": "[]", "metrics": "{}", "facts": "{}"}  # fmt: skip
    rows = []
    for n, text in enumerate(said):
        at = int(moments[n])
        row = plain | {"external": str(n), "thread": str(n), "author_id": int(voices[n]), "text": text, "at": at,
                       "seen_us": at, "read_us": at, "measured_us": at}  # fmt: skip
        rows.append([row.get(name) for name in known])
    bulk.insert(Item, known, rows)
    ids = dict(Item.objects.values_list("external", "id"))
    bulk.insert(Mention, COLUMNS, (
        (numbers[chosen[n]], ids[str(n)], account, "bluesky", int(voices[n]), int(voices[n]), int(moments[n]), "en",
         ("negative", "neutral", "positive", "unsure")[n % 4], False, "", int(voices[n]) % 5_000,
         fingerprint(text.split()), "", None, "")
        for n, text in enumerate(said)
    ))  # fmt: skip
    return numbers


def report(count: int) -> None:
    """The whole report: every topic's people by hour, what rises, the words that explain it, with quotes."""
    from django.db import transaction

    from regulars.social.actions import alerts, stories
    from regulars.social.listening import reports
    from regulars.social.listening.counting import recount
    from regulars.social.models import Alert, Mention, Topic

    with transaction.atomic():
        fill(count)
    began = time.perf_counter()
    with transaction.atomic():
        recount(Mention.objects.values_list("topic_id", "at"))
    print(f"counting {count:,} mentions by hour and quarter from nothing: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    louds = reports.overview(at=NOW, days=56)
    numbers = time.perf_counter() - began
    while stories.tell_stories(at=NOW):
        pass
    told = time.perf_counter() - began - numbers
    made = alerts.watch(at=NOW)
    whole = time.perf_counter() - began
    alert = Alert.objects.get(id=made[0])
    mentions = sum(one.mentions for one in louds)
    print(f"trend report over {mentions:,} mentions of 8 weeks: {whole:.2f} s; target {TARGET_S}")
    watching = whole - told - numbers
    print(f"  numbers {numbers:.2f}, words and quotes of {len(louds)} topics {told:.2f}, watching {watching:.2f}")
    print(f"  it says: {Topic.objects.get(id=alert.topic_id).name}, {alert.people} people instead of"
          f" {alert.usual:.1f}, {[word['phrase'] for word in alert.why['words']][:3]}")  # fmt: skip
    _yardstick()


def stores(count: int) -> None:
    """So many new items in that database, half of which a topic means: matched and written by the loop."""
    from regulars.channels.networks.models import Account, Item
    from regulars.core import bulk, sqlite
    from regulars.social.actions.mentions import items_changed
    from regulars.social.listening.loops import match_changed

    rng = np.random.default_rng(3)
    account, last = Account.objects.get().id, bulk.query("SELECT MAX(id) FROM channels_item")[0][0]
    plain = {"account_id": account, "kind": "post", "public": True, "to_us": False, "ours": False, "seen_us": NOW,
             "read_us": NOW, "measured_us": NOW}  # fmt: skip
    rows = [
        Item(external=f"new{n}", thread=f"new{n}", at=NOW + n * 10**6, text=f"{text} brand{n % 40}",
             author_id=n % 30_000 + 1, **plain)
        for n, text in enumerate(texts(count, rng))
    ]  # fmt: skip
    Item.objects.bulk_create(rows, batch_size=1000)
    items_changed(item_ids=Item.objects.filter(id__gt=last).values_list("id", flat=True))
    gc.collect()
    gc.freeze()  # as in a worker
    sqlite.holds.clear()
    began = time.perf_counter()
    while match_changed(NOW):
        pass
    took = time.perf_counter() - began
    held = sorted(hold.whole * 1000 for hold in sqlite.holds) or [0.0]
    middle, p99 = held[len(held) // 2], held[int(len(held) * 0.99)]
    print(f"listening stores: {count / took:,.0f} items/s; the writer is held for {middle:.0f} ms at the median,"
          f" {p99:.0f} ms at p99, {held[-1]:.0f} ms at most; target 20")  # fmt: skip


def _yardstick() -> None:
    """All n-grams of all texts by scikit-learn, then the same log-odds for each topic."""
    from sklearn.feature_extraction.text import CountVectorizer

    from regulars.core import bulk

    began = time.perf_counter()
    rows = bulk.query(
        "SELECT m.topic_id, m.at, i.text FROM social_mention m JOIN channels_item i ON i.id = m.item_id"
    )
    vectors = CountVectorizer(ngram_range=(1, 3), binary=True, min_df=5).fit([text for _, _, text in rows])
    counts = vectors.transform([text for _, _, text in rows])
    topic, at = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    names, best = vectors.get_feature_names_out(), {}
    for one in np.unique(topic):
        new, old = (topic == one) & (at > NOW - 2 * DAY), (topic == one) & (at <= NOW - 2 * DAY)
        n, m = new.sum(), old.sum()
        y, b = np.asarray(counts[new].sum(0)).ravel(), np.asarray(counts[old].sum(0)).ravel()
        a = 20 * (y + b + 1e-9) / (n + m)
        odds = np.log((y + a) / (n - y + 20 - a)) - np.log((b + a) / (m - b + 20 - a))
        z = np.where(y >= 5, odds / np.sqrt(1 / (y + a) + 1 / (b + a)), 0)
        best[int(one)] = (float(z.max()), str(names[z.argmax()]))
    print(f"  scikit-learn, all n-grams: {time.perf_counter() - began:.1f} s; it says {max(best.values())}")


def main() -> None:
    """Both, in a database of their own."""
    quick = "--quick" in sys.argv
    matching(quick)
    with tempfile.TemporaryDirectory(prefix="regulars-listening-") as folder:
        os.environ |= {"REGULARS_HOME": f"{folder}/data", "REGULARS_KEYS": f"{folder}/keys.json"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        report(10_000 if quick else 100_000)
        stores(5_000)


if __name__ == "__main__":
    print(json.dumps({"mentions": 10_000 if "--quick" in sys.argv else 100_000, "topics": TOPICS}))
    main()
