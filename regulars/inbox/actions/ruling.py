"""Rules: kept, checked, and acting once per occasion, in the transaction of what caused them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Author
from regulars.core import bulk
from regulars.core.clock import HOUR
from regulars.inbox import clocks
from regulars.inbox.actions.stepping import take_step
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, CaseLabel, Entry, Rule, RuleRun
from regulars.inbox.promises import Promises, promises
from regulars.inbox.rules import Draft, check, holds
from regulars.inbox.seeing import Place, sights
from regulars.team.actions import audit

AT_ONCE = 200


# --- keeping them


@transaction.atomic
def save_rule(
    *, name: str, occasion: str, conditions: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], by: str, at: int,
    hours: float | None = None, rule_id: int | None = None,
) -> Rule:  # fmt: skip
    """A new rule, or another form of one. Raises CannotDo with a sentence, also for a rule that would say something
    to somebody because of how their words feel."""
    wanted = Draft(name.strip()[:80], occasion, dict(conditions), [dict(s) for s in steps], hours, rule_id, _labels())
    check(wanted, [as_draft(other) for other in active()])
    said = {"name": wanted.name, "occasion": occasion, "hours": hours, "conditions": wanted.conditions,
            "steps": wanted.steps, "by": by, "changed_us": at, "archived_us": None}  # fmt: skip
    if rule_id is None:
        said["place"] = Rule.objects.count()
    found, _new = Rule.objects.update_or_create(id=rule_id, defaults=said)
    audit(by=by, act="rule.save", object=f"rule:{found.id}", at=at)
    return found


def active() -> list[Rule]:
    """Those that act, in order."""
    return list(Rule.objects.filter(paused_us=None, archived_us=None).order_by("place", "id"))


def as_draft(rule: Rule) -> Draft:
    """A kept rule as checks want it."""
    return Draft(rule.name, rule.occasion, rule.conditions, rule.steps, rule.hours, rule.id)


def _labels() -> frozenset[str]:
    return frozenset(CaseLabel.objects.filter(archived_us=None).values_list("name", flat=True))


@transaction.atomic
def pause_rule(*, rule_id: int, by: str, at: int) -> None:
    """It rests."""
    Rule.objects.filter(id=rule_id, paused_us=None).update(paused_us=at)
    audit(by=by, act="rule.pause", object=f"rule:{rule_id}", at=at)


@transaction.atomic
def resume_rule(*, rule_id: int, by: str, at: int) -> None:
    """It acts again, on what happens from now on. Raises CannotDo when it no longer fits beside the others."""
    rule = Rule.objects.filter(id=rule_id).first()
    if rule is None:
        raise CannotDo(_("This rule is no longer there."))
    check(Draft(**vars(as_draft(rule)) | {"labels_known": _labels()}), [as_draft(other) for other in active()])
    Rule.objects.filter(id=rule_id).update(paused_us=None, changed_us=at)
    audit(by=by, act="rule.resume", object=f"rule:{rule_id}", at=at)


@transaction.atomic
def archive_rule(*, rule_id: int, by: str, at: int) -> None:
    """It acts no more, and what it did stays told."""
    Rule.objects.filter(id=rule_id).update(archived_us=at)
    audit(by=by, act="rule.archive", object=f"rule:{rule_id}", at=at)


@transaction.atomic
def order_rules(*, rule_ids: Sequence[int], by: str, at: int) -> None:
    """They act in this order."""
    Rule.objects.bulk_update([Rule(id=number, place=place) for place, number in enumerate(rule_ids)], ["place"])
    audit(by=by, act="rule.order", object="rules", at=at)


# --- acting


def act(occasion: str, places: Sequence[Place], *, at: int, rules: Sequence[Rule] | None = None) -> int:
    """Let the rules of an occasion look at these places; returns how often one acted. Each looks once at each place,
    whatever is asked again."""
    wanted = [rule for rule in (active() if rules is None else rules) if rule.occasion == occasion]
    done = 0
    for rule in wanted if places else ():
        fresh = _fresh(rule, places, at)
        for place, sight in zip(fresh, sights(fresh), strict=True):  # anew for each rule: one may label for the next
            if holds(rule.conditions, sight):
                done += _take(rule, place, sight.public, at)
    return done


def _fresh(rule: Rule, places: Sequence[Place], at: int) -> list[Place]:
    """Where this rule has not looked yet; noted as looked at."""
    known = set(
        RuleRun.objects.filter(rule_id=rule.id, case_id__in={place.case_id for place in places}).values_list(
            "case_id", "occasion"
        )
    )
    fresh = [place for place in dict.fromkeys(places) if (place.case_id, place.occasion) not in known]
    there = set(Case.objects.filter(id__in=[place.case_id for place in fresh]).values_list("id", flat=True))
    fresh = [place for place in fresh if place.case_id in there]
    bulk.insert(RuleRun, ("rule_id", "case_id", "occasion", "at", "did"),
                [(rule.id, place.case_id, place.occasion, at, "[]") for place in fresh],
                conflict="(rule_id, case_id, occasion) DO NOTHING")  # fmt: skip
    return fresh


def _take(rule: Rule, place: Place, public: bool, at: int) -> bool:
    """Its steps, one by one; one that cannot be taken is noted and holds up no other."""
    did = []
    for step in rule.steps:
        if step["do"] == "acknowledge" and _is_machine(place.case_id):
            continue
        try:
            with transaction.atomic():
                if take_step(step, case_id=place.case_id, by=f"rule:{rule.id}", at=at, public=public):
                    did.append({"do": step["do"]})
        except CannotDo as refusal:
            did.append({"do": step["do"], "failed": str(refusal)[:300]})
    RuleRun.objects.filter(rule_id=rule.id, case_id=place.case_id, occasion=place.occasion).update(did=did)
    return bool(did)


def _is_machine(case_id: int) -> bool:
    author = Case.objects.filter(id=case_id).values("author_id")
    return Author.objects.filter(id__in=author, bot=True).exists()


# --- occasions that time brings


@transaction.atomic
def act_on_time(*, at: int) -> int:
    """Rules on silence, ours or theirs. Doing it twice is doing it once."""
    rules, promised = active(), promises()
    done = 0
    for rule in rules:
        if rule.occasion in ("silence", "quiet"):
            done += act(rule.occasion, _silent(rule, promised, at), at=at, rules=[rule])
    return done


def _silent(rule: Rule, promised: Promises, at: int) -> list[Place]:
    """Conversations in which so much business time has passed without a word, where the rule has not looked yet."""
    column = "waiting_us" if rule.occasion == "silence" else "last_us"
    open_ = Case.objects.filter(closed_us=None, account_id__isnull=False)
    open_ = open_.filter(waiting_us__isnull=False) if rule.occasion == "silence" else open_.filter(
        waiting_us=None, last_by="us"
    )  # fmt: skip
    found: list[Place] = []
    for kind, account in open_.values_list("kind", "account_id").distinct():
        hours = promised.hours(kind, account)
        since = clocks.ago(at=at, hours=hours, want_us=round((rule.hours or 0) * HOUR))
        found += _long_since(rule, kind, account, column, since, at)
    return found[:AT_ONCE]


def _long_since(rule: Rule, kind: str, account: int, column: str, since: int, at: int) -> list[Place]:
    mark = f"'{rule.occasion}:' || c.{column}"
    waits = "c.waiting_us IS NOT NULL" if column == "waiting_us" else "c.waiting_us IS NULL AND c.last_by = 'us'"
    rows = bulk.query(
        f"SELECT c.id, {mark} FROM inbox_case c WHERE c.closed_us IS NULL AND {waits} AND c.kind = %s"
        f" AND c.account_id = %s AND c.{column} <= %s AND NOT EXISTS (SELECT 1 FROM inbox_rulerun r"
        f" WHERE r.rule_id = %s AND r.case_id = c.id AND r.occasion = {mark}) ORDER BY c.{column} LIMIT %s",
        [kind, account, since, rule.id, AT_ONCE],
    )
    return [Place(number, None, occasion, at) for number, occasion in rows]


def look_at_words(entries: Sequence[int], *, occasion: str, at: int, rules: Sequence[Rule] | None = None) -> int:
    """Rules on arrival (or, once their feeling is known, on reading) look at these new words."""
    rules = [rule for rule in (active() if rules is None else rules) if rule.occasion == occasion]
    if not rules:
        return 0
    rows = Entry.objects.filter(id__in=entries, automatic=False, gone_us=None).values_list("id", "case_id")
    homes = dict(Case.objects.filter(id__in=[case for _, case in rows]).values_list("id", "merged_into"))
    places = [Place(homes[case] or case, entry, f"entry:{entry}", at) for entry, case in rows]
    return act(occasion, places, at=at, rules=rules)
