"""Decisions of people about who is who: merge, undo, separate, and the answers to suggestions.

Each takes as long as the links of the persons concerned, whatever the number of their events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.joining import by_hand, rejoin
from regulars.people.models import Link, Node, Person, Separation, Suggestion

OPEN = {"state": "open", "decided_us": None, "decided_by": "", "link_id": None, "acceptance_id": None}


class CannotDo(ValueError):
    """What was asked makes no sense now; the message says why, for people."""


@in_one_transaction
def merge_people(*, a: int, b: int, by: str, at: int, evidence: Mapping[str, Any]) -> Link:
    """Two persons are one, because somebody says so: beats rules, limits and separations. Undo it by `undo_link`.

    Merging what is merged returns the link that is there. Raises Person.DoesNotExist, or CannotDo for one and
    the same.
    """
    _must_exist(a, b)
    if a == b:
        raise CannotDo("These are one and the same person.")
    a, b = min(a, b), max(a, b)
    there = Link.objects.filter(a=a, b=b, rule="manual", revoked_us=None).first()
    if there:
        return there
    value = _turn(a, b, "manual")
    link = Link.objects.create(a=a, b=b, rule="manual", value=value, evidence=dict(evidence), at=at, by=by)
    rejoin({a, b}, at=at)
    return link


@in_one_transaction
def undo_link(*, link_id: int, by: str, at: int) -> None:
    """Take a link back. A decision of a person leaves no trace in who is who; what a rule joined is separated.

    Undoing twice changes nothing. Raises Link.DoesNotExist.
    """
    link = Link.objects.select_for_update().get(id=link_id)
    if link.revoked_us is not None:
        return
    Link.objects.filter(id=link_id).update(revoked_us=at, revoked_by=by, held_back="")
    if not by_hand(link.rule, link.by):
        _separate(link.a, link.b, f"link:{link.id} undone", by, at)
    Suggestion.objects.filter(link_id=link_id).update(**OPEN)
    rejoin({link.a, link.b}, at=at, cause="unmerge")


@in_one_transaction
def separate(*, a: int, b: int, by: str, at: int) -> None:
    """These two nodes are not one person: no rule joins them, nor what hangs on them. Idempotent."""
    _must_exist(a, b)
    if a == b:
        raise CannotDo("A profile cannot be separated from itself.")
    _separate(a, b, "by hand", by, at)
    rejoin({a, b}, at=at, cause="unmerge")


@in_one_transaction
def undo_separation(*, separation_id: int, by: str, at: int) -> None:
    """Rules may join them again. Raises Separation.DoesNotExist."""
    one = Separation.objects.get(id=separation_id)
    one.delete()
    rejoin({one.a, one.b}, at=at)


@in_one_transaction
def accept_suggestion(*, suggestion_id: int, by: str, at: int) -> Link | None:
    """The pair is one person; returns the link. None when it was accepted before."""
    one = Suggestion.objects.select_for_update().get(id=suggestion_id)
    if one.state == "accepted":
        return None
    _must_exist(one.a, one.b)
    if one.state == "rejected":
        _forget_rejection(one)
    a, b = min(one.a, one.b), max(one.a, one.b)
    link = Link.objects.create(
        a=a,
        b=b,
        rule="similar",
        value=_turn(a, b, "similar"),
        evidence={"fields": one.evidence},
        score=one.score,
        at=at,
        by=by,
    )
    _decide(one, "accepted", by, at, link.id)
    rejoin({a, b}, at=at)
    return link


@in_one_transaction
def reject_suggestion(*, suggestion_id: int, by: str, at: int) -> None:
    """The pair is not one person, and no rule joins it from now on."""
    one = Suggestion.objects.select_for_update().get(id=suggestion_id)
    if one.state == "rejected":
        return
    if one.state == "accepted":
        reopen_suggestion(suggestion_id=suggestion_id, by=by, at=at)
    _separate(one.a, one.b, f"suggestion:{one.id}", by, at)
    _decide(one, "rejected", by, at, None)
    rejoin({one.a, one.b}, at=at, cause="unmerge")


@in_one_transaction
def reopen_suggestion(*, suggestion_id: int, by: str, at: int) -> None:
    """Undo whatever was decided about it."""
    one = Suggestion.objects.select_for_update().get(id=suggestion_id)
    if one.state == "accepted":  # coming apart from a third person may have cost it its evidence
        one.evidence = Link.objects.get(id=one.link_id).evidence.get("fields", [])
        undo_link(link_id=one.link_id, by=by, at=at)
    if one.state == "rejected":
        _forget_rejection(one)
        rejoin({one.a, one.b}, at=at)
    Suggestion.objects.filter(id=one.id).update(**OPEN, evidence=one.evidence)


def _turn(a: int, b: int, rule: str) -> str:
    """The how manieth decision of this kind about the pair: the ones taken back stay on record."""
    return str(Link.objects.filter(a=a, b=b, rule=rule).count() + 1)


def _decide(one: Suggestion, state: str, by: str, at: int, link_id: int | None) -> None:
    Suggestion.objects.filter(id=one.id).update(state=state, decided_us=at, decided_by=by, link_id=link_id)


def _forget_rejection(one: Suggestion) -> None:
    Separation.objects.filter(cause=f"suggestion:{one.id}").delete()


def _separate(a: int, b: int, cause: str, by: str, at: int) -> None:
    one = Separation(a=min(a, b), b=max(a, b), cause=cause, by=by, at=at)
    Separation.objects.bulk_create([one], ignore_conflicts=True)


def _must_exist(*nodes: int) -> None:
    found = set(Node.objects.filter(id__in=nodes).values_list("id", flat=True))
    for node in nodes:
        if node not in found:
            raise Person.DoesNotExist(f"There is no person {node}: perhaps erased.")
