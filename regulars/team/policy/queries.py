"""The policy now and before, and who has read it."""

from __future__ import annotations

from regulars.team.models import Acknowledgement, Policy, User
from regulars.team.policy.parts import PARTS


def policy() -> Policy | None:
    """The version that counts; None before somebody wrote one."""
    return Policy.objects.order_by("-number").first()


def version(number: int) -> Policy | None:
    """An earlier one."""
    return Policy.objects.filter(number=number).first()


def versions() -> list[Policy]:
    """All, newest first."""
    return list(Policy.objects.order_by("-number"))


def sections(found: Policy) -> list[tuple[str, str, str]]:
    """(key, title, Markdown) of the parts that say something, in order."""
    return [(key, str(title), found.parts[key]) for key, title in PARTS.items() if found.parts.get(key)]


def acknowledged_us(user_id: int, number: int) -> int | None:
    """When a colleague said that they have read this version."""
    return Acknowledgement.objects.filter(user_id=user_id, number=number).values_list("at", flat=True).first()


def readers(number: int) -> list[tuple[User, int | None]]:
    """Everybody active on the team with when they read this version; those who did not first."""
    read = dict(Acknowledgement.objects.filter(number=number).values_list("user_id", "at"))
    rows = [(user, read.get(user.id)) for user in User.objects.filter(is_active=True).order_by("name", "email")]
    return sorted(rows, key=lambda row: row[1] is not None)
