"""The labelled examples, and how often the gate agrees with them."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from pathlib import Path

from regulars.content.honesty import NOTE, Context, Examination, Fact, examine

NOW = 1_790_000_000_000_000
WHOLE, PLAIN = (tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text()) for name in ("examples", "plain"))
ALIKE = {"claim-unsupported": "claim", "claim-weaker": "claim", "claim-expired": "claim"}
ALIKE |= {"claim-contradicted": "contradicted", "told-again": "fact-first"}


def is_held_out(text: str) -> bool:
    """A third of the examples was never looked at while the rules were written."""
    return hashlib.sha256(text.encode()).digest()[0] % 3 == 0


def is_half(text: str) -> bool:
    """The half of the plain assertions that rules were not mended with."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def facts_of(file: dict) -> tuple[Fact, ...]:
    """The statements of a file of examples."""
    return tuple(
        Fact(number, one["text"], subject=one["subject"], language=one.get("language", "en"), source="shop")
        for number, one in enumerate(file["facts"], start=1)
    )


def look(one: dict, file: dict = WHOLE) -> Examination:
    """What the gate says of an example."""
    return examine(
        one["text"],
        Context(
            at=NOW,
            business="Northgate Sports",
            names=("Mia Smith", "Ari Kaya", "Jana Roth"),
            asked=one.get("asked", ""),
            purpose="correction" if "rumour" in one else "reply" if "asked" in one else "post",
            rumour=one.get("rumour", ""),
            invited=not one.get("uninvited"),
            admitted=tuple(one.get("admitted", ())),
            private=tuple(one.get("private", ())),
            facts=facts_of(file),
        ),
    )


def found(one: dict, file: dict = WHOLE) -> set[str]:
    """The kinds that are not mere notes."""
    return {ALIKE.get(each.kind, each.kind) for each in look(one, file).findings if each.weight != NOTE}


def agreement(examples: list[dict], file: dict = WHOLE) -> dict[str, Counter]:
    """{kind: how often it was right (hit), overlooked (missed) or raised for nothing (false)}; "any" is whether the
    text was cleared at all."""
    counts: dict[str, Counter] = {}
    for one in examples:
        wanted, seen = set(one.get("finds", ())), found(one, file)
        for kind in wanted | seen:
            name = "hit" if kind in wanted & seen else "missed" if kind in wanted else "false"
            counts.setdefault(kind, Counter())[name] += 1
        name = {(True, True): "hit", (True, False): "missed", (False, True): "false"}.get(
            (bool(wanted), bool(seen)), "fine"
        )
        counts.setdefault("any", Counter())[name] += 1
    return counts


def precision(count: Counter) -> float:
    """Of what the gate raised, the share that was right."""
    return count["hit"] / ((count["hit"] + count["false"]) or 1)


def recall(count: Counter) -> float:
    """Of what there was, the share that the gate raised."""
    return count["hit"] / ((count["hit"] + count["missed"]) or 1)
