"""How well and how fast texts are read, beside VADER in the same run: `python -m benchmarks.sentiment [--quick]`.

Tweets: ../shared/data/sentiment (TweetEval, validation; nothing was trained on it). Reviews: see `rated`. What
corrections bring: see `corrections`. Storing: SQLite by default, or DATABASE_URL.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from pathlib import Path

import numpy as np

DATA = Path(os.environ.get("REGULARS_SHARED", "../shared")) / "data"
FEELS = ("negative", "neutral", "positive")


def tweets() -> tuple[list[str], np.ndarray]:
    """Texts and classes; none where the data is absent."""
    folder = DATA / "sentiment"
    if not folder.exists():
        return [], np.zeros(0, int)
    classes = np.array([int(one) for one in (folder / "val_labels.txt").read_text().split()])
    return (folder / "val_text.txt").read_text(encoding="utf-8").split("\n")[: len(classes)], classes


def figures(truth: np.ndarray, guessed: np.ndarray) -> str:
    """Macro F1 and macro recall."""
    from sklearn.metrics import f1_score, recall_score

    f1, recall = f1_score(truth, guessed, average="macro"), recall_score(truth, guessed, average="macro")
    return f"macro F1 {f1:.3f}, macro recall {recall:.3f}"


def out_of_the_box(name: str, texts: list[str], truth: np.ndarray) -> None:
    """The shipped model and VADER (+-.05) on the same texts, and the gain with its interval."""
    from regulars.inbox.understanding.model import house, look_at
    from regulars.inbox.understanding.own import measured

    looked = look_at(texts)
    whole = np.array([dense[0] for _, dense in looked])
    vader = np.where(whole >= 0.05, 2, np.where(whole <= -0.05, 0, 1))
    chances = house().probabilities(looked)
    ours, sure = chances.argmax(1), chances.max(1) >= 0.5
    gain = measured(truth, vader, ours).gain
    print(f"{name} ({len(texts):,} texts)")
    print(f"  VADER    {figures(truth, vader)}")
    print(f"  Regulars {figures(truth, ours)}")
    print(f"  gain in macro F1 {gain[0]:+.3f} ({gain[1]:+.3f} to {gain[2]:+.3f})")
    print(
        f"  called unsure {1 - sure.mean():.0%}; of the others {(ours == truth)[sure].mean():.1%} right", flush=True
    )


def angry(texts: list[str], truth: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Of these as many as there can be with three in five negative and a quarter neutral: another brand's mixture."""
    chance, shares = np.random.default_rng(8), (0.6, 0.25, 0.15)
    places = [chance.permutation(np.flatnonzero(truth == one)) for one in range(3)]
    whole = min(len(some) / share for some, share in zip(places, shares, strict=True))
    rows = np.concatenate([some[: int(whole * share)] for some, share in zip(places, shares, strict=True)])
    return [texts[row] for row in rows], truth[rows]


def throughput(texts: list[str], many: int) -> None:
    """Items a second, read and stored, by one process."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from regulars.channels.networks.models import Item
    from regulars.core import sqlite
    from regulars.inbox.loops import read_texts
    from regulars.inbox.understanding.due import note_texts

    common = {"account_id": 1, "kind": "mention", "public": True, "to_us": False, "at": 1, "seen_us": 1}
    common |= {"read_us": 1, "measured_us": 1}
    some = [Item(external=str(n), thread=str(n), text=f"{texts[n % len(texts)]} {n}", **common) for n in range(many)]
    Item.objects.bulk_create(some, batch_size=2_000)
    note_texts(Item.objects.values_list("id", flat=True))
    read_texts(1)  # loads the models
    gc.collect()
    gc.freeze()  # as in a worker
    sqlite.holds.clear()
    began, processor = time.perf_counter(), time.process_time()
    while read_texts(1):
        pass
    took, busy = time.perf_counter() - began, time.process_time() - processor
    print(f"read and stored: {(many - 500) / took:,.0f} texts/s by one process ({busy / took:.0%} of one core)")
    held = sorted(hold.whole * 1000 for hold in sqlite.holds) or [0.0]
    print(f"the writer is held for {held[len(held) // 2]:.0f} ms at the median, {held[int(len(held) * 0.99)]:.0f} ms"
          f" at p99, {held[-1]:.0f} ms at most; target 20")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    quick = asked.parse_args().quick
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ["REGULARS_HOME"] = home
        from benchmarks.corrections import measure
        from benchmarks.rated import rated
        from regulars.inbox.understanding.training import comments, examples

        texts, truth = tweets()
        if not texts:
            print("../shared/data/sentiment is not here: only speed is measured")
            texts = examples()[0]
        else:
            out_of_the_box("tweets", texts, truth)
            if (DATA / "goemotions").exists():
                out_of_the_box("comments, held out", *comments(DATA / "goemotions", "dev"))
            out_of_the_box("examples written by hand", *examples())
        reviews = rated()
        if reviews[0]:
            out_of_the_box("product reviews, a sentence each", *reviews[:2])
        measure(2 if quick else 10)
        throughput(texts, 3_000 if quick else 10_000)


if __name__ == "__main__":
    main()
