"""A rule book: what gives points, read from JSON and checked. Sentences for what is wrong.

{"rules": [{"key": "r1", "kind": "amount", "name": "Every purchase", "points": 1, "per": 100, ...}, ...],
 "stacking": "multiply", "most": {"day": 500}, "tiers": {...} or null}
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

import msgspec

from regulars.loyalty.tiers.scheme import Scheme, TierError, read_scheme

OF_ORDERS = ("amount", "piece", "order", "first")
OF_OCCASIONS = ("signup", "profile", "birthday", "review", "referral", "event")
KINDS = (*OF_ORDERS, "times", *OF_OCCASIONS)
MOST = 10**9
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


class RuleError(ValueError):
    """A sentence about what is wrong, and the key of the rule."""

    def __init__(self, message: str, rule: str = "") -> None:
        super().__init__(message)
        self.message, self.rule = message, rule


class Picked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Of what: any of the names in each list that is not empty."""

    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Local time. Weekdays 0 Monday to 6 Sunday; hours "17:00" to "19:00" (before), over midnight too; days."""

    weekdays: tuple[int, ...] = ()
    begin: str = ""
    end: str = ""
    first: str = ""
    last: str = ""


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """At most so many points in one order, on one local day, for one member in all."""

    order: int | None = None
    day: int | None = None
    member: int | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One rule. `points` per `per` minor units (amount), per piece, per order, for the first order or per occasion;
    `factor` for "times". `least`: minor units that the order must come to. `event` names what to wait for."""

    key: str
    kind: Literal[KINDS]
    name: str = ""
    points: int = 0
    per: int = 100
    factor: float = 1
    only: Picked = Picked()
    but: Picked = Picked()
    when: When = When()
    least: int = 0
    tiers: tuple[str, ...] = ()
    most: Limit = Limit()
    event: str = ""


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that holds together. How factors stack: all multiplied, their extras added, or the best one."""

    rules: tuple[Rule, ...] = ()
    stacking: Literal["multiply", "add", "best"] = "multiply"
    most: Limit = Limit()
    tiers: Scheme | None = None


def read(raw: dict[str, Any]) -> Book:
    """The rule book. Raises RuleError with a sentence."""
    try:
        scheme = read_scheme(raw["tiers"]) if raw.get("tiers") else None
        book = msgspec.convert({**raw, "tiers": None}, Book, strict=False)
    except msgspec.ValidationError as wrong:
        raise RuleError(f"A rule cannot be read: {wrong}.") from None
    except TierError as wrong:
        raise RuleError(str(wrong)) from None
    for rule in book.rules:
        check(rule)
    keys = [rule.key for rule in book.rules]
    if len(keys) != len(set(keys)):
        raise RuleError("Two rules have the same key: every rule needs its own.")
    known = {level.key for level in scheme.levels} if scheme else set()
    for rule in book.rules:
        if strange := set(rule.tiers) - known:
            raise RuleError(f"“{title(rule)}” is for a tier that does not exist: {min(strange)}.", rule.key)
    return msgspec.structs.replace(book, tiers=scheme)


def written(book: Book) -> dict[str, Any]:
    """The JSON of a rule book: `read(written(book)) == book`."""
    return msgspec.to_builtins(book)


def title(rule: Rule) -> str:
    """Its name, or its key."""
    return rule.name or rule.key


def check(rule: Rule) -> None:
    """Raises RuleError for what makes no sense."""

    def wrong(message: str) -> RuleError:
        return RuleError(f"“{title(rule)}”: {message}", rule.key)

    if not re.fullmatch(r"[a-z0-9_-]{1,20}", rule.key):
        raise wrong("the key of a rule is made of small letters and digits, twenty at most.")
    if rule.kind == "times":
        if not 0 <= rule.factor <= 100:
            raise wrong("points can be multiplied by 0 to 100.")
    elif not 0 < rule.points <= MOST:
        raise wrong("say how many points it gives: a whole number above 0.")
    if rule.kind == "amount" and rule.per < 1:
        raise wrong("say for which amount the points are given.")
    if rule.kind == "event" and not rule.event:
        raise wrong("say which event gives points.")
    _check_times(rule.when, wrong)
    for limit in (rule.most.order, rule.most.day, rule.most.member):
        if limit is not None and limit < 1:
            raise wrong("a limit is a whole number above 0; leave it empty for none.")


def _check_times(when: When, wrong: Any) -> None:
    if any(day not in range(7) for day in when.weekdays):
        raise wrong("weekdays are 0 (Monday) to 6 (Sunday).")
    if bool(when.begin) != bool(when.end):
        raise wrong("give both the hour it begins and the hour it ends.")
    for clock in filter(None, (when.begin, when.end)):
        if not _CLOCK.fullmatch(clock):
            raise wrong(f"“{clock}” is not a time: write it like 17:00.")
    for day in filter(None, (when.first, when.last)):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise wrong(f"“{day}” is not a date: write it like 2026-12-24.") from None
    if when.first and when.last and when.last < when.first:
        raise wrong("it ends before it begins.")
