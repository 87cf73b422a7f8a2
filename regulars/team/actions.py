"""What we can do about staff, keys and the audit log: the only writer of this room's tables."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from regulars.core import recent
from regulars.team.models import ApiKey, AuditEntry, Role, User

PERSONAL = re.compile(r"\S@\S+\.\S|\+?\d[\d ()/-]{8,}\d")


class TeamError(ValueError):
    """What was asked cannot be done; the message says why and what to do, for people."""


def audit(*, by: str, act: str, object: str = "", details: dict[str, Any] | None = None, at: int) -> AuditEntry:
    """Note one privileged act, in the transaction of the act. `act` is "what.verb", `object` "what:id".

    What this process holds as recent is forgotten: whoever acted sees what they did. Raises ValueError when a detail
    looks like an e-mail address or a phone number: the log outlives erasure.
    """
    details = details or {}
    for name, value in details.items():
        if isinstance(value, str) and PERSONAL.search(value):
            raise ValueError(f"The audit log holds ids, never personal data: look at “{name}” of {act}.")
    recent.forget()
    return AuditEntry.objects.create(at=at, by=by, act=act, object=object, details=details)


@transaction.atomic
def add_member(*, email: str, name: str = "", role: str, by: str, at: int, password: str | None = None) -> User:
    """A new member of staff, who signs in after choosing a password (`links.password_link`)."""
    email = _checked_email(email)
    if User.objects.filter(email=email).exists():
        raise TeamError("Somebody with this e-mail address is on the team already. Change their role instead.")
    user = User.objects.create_user(email, password, name=name.strip(), role=_checked_role(role))
    # verified: an owner vouches for it, and allauth wants it so before a second factor
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    audit(by=by, act="member.add", object=user.by, details={"role": user.role}, at=at)
    return user


@transaction.atomic
def change_details(*, user_id: int, name: str, email: str, by: str, at: int) -> User:
    """Another name or e-mail address. They sign in with the address; links to choose a password end with the old."""
    user = User.objects.select_for_update().get(id=user_id)
    email = _checked_email(email) if email.strip().lower() != user.email else user.email
    changed = [field for field, now in (("name", name.strip()), ("email", email)) if getattr(user, field) != now]
    if not changed:
        return user
    if "email" in changed and User.objects.filter(email=email).exists():
        raise TeamError("Somebody on the team has this e-mail address already.")
    user.name, user.email = name.strip(), email
    user.save(update_fields=changed)
    user.emailaddress_set.all().delete()  # as in add_member: it is what they sign in with, nothing is sent there
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    audit(by=by, act="member.change_details", object=user.by, details={"fields": ", ".join(changed)}, at=at)
    return user


@transaction.atomic
def change_role(*, user_id: int, role: str, by: str, at: int) -> User:
    """Give a member another role. Raises TeamError rather than leave the business without an owner."""
    owners = _lock_owners()
    user = User.objects.get(id=user_id)
    before, user.role = user.role, _checked_role(role)
    if before == user.role:
        return user
    _keep_an_owner(owners, user_id)
    user.save(update_fields=["role"])
    audit(by=by, act="member.change_role", object=user.by, details={"from": before, "to": user.role}, at=at)
    return user


@transaction.atomic
def deactivate_member(*, user_id: int, by: str, at: int) -> User:
    """Let a member go: signed out everywhere at once. API keys they made stay; revoke them separately."""
    owners = _lock_owners()
    _keep_an_owner(owners, user_id)
    return _set_active(user_id, False, "member.deactivate", by, at)


@transaction.atomic
def reactivate_member(*, user_id: int, by: str, at: int) -> User:
    """Take a member back, with the role and password they had."""
    return _set_active(user_id, True, "member.reactivate", by, at)


def _set_active(user_id: int, active: bool, act: str, by: str, at: int) -> User:
    user = User.objects.get(id=user_id)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        audit(by=by, act=act, object=user.by, at=at)
    return user


@transaction.atomic
def set_password(*, user_id: int, password: str, by: str, act: str = "member.set_password", at: int) -> User:
    """Set a password; every session of theirs and every password link ends with the old one."""
    user = User.objects.select_for_update().get(id=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit(by=by, act=act, object=user.by, at=at)
    return user


@transaction.atomic
def drop_second_factor(*, user_id: int, by: str, at: int) -> int:
    """Remove authenticator app, passkeys and recovery codes of a member; returns how many there were."""
    from allauth.mfa.models import Authenticator

    count, _ = Authenticator.objects.filter(user_id=user_id).delete()
    audit(by=by, act="member.drop_second_factor", object=f"user:{user_id}", details={"removed": count}, at=at)
    return count


@transaction.atomic
def make_key(*, name: str, role: str, by: str, at: int) -> tuple[ApiKey, str]:
    """A new API key and its secret, which is shown once: only its SHA-256 is kept."""
    if not name.strip():
        raise TeamError("Give the key a name that says who uses it, for example “Till in the High Street”.")
    secret = f"rgl_{secrets.token_urlsafe(32)}"
    creator = int(by[5:]) if by.startswith("user:") else None
    key = ApiKey.objects.create(
        name=name.strip()[:120],
        prefix=secret[:12],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        role=_checked_role(role),
        created_by_id=creator,
        created_us=at,
    )
    audit(by=by, act="key.make", object=key.by, details={"role": key.role}, at=at)
    return key, secret


@transaction.atomic
def revoke_key(*, key_id: int, by: str, at: int) -> ApiKey:
    """End an API key: at once in this process, within a second in others. Revoking it again changes nothing."""
    key = ApiKey.objects.get(id=key_id)
    if key.revoked_us is None:
        key.revoked_us = at
        key.save(update_fields=["revoked_us"])
        audit(by=by, act="key.revoke", object=key.by, at=at)
    return key


def note_key_use(*, key: ApiKey, at: int) -> None:
    """Remember when a key was last used, to the hour."""
    if key.used_us is None or at - key.used_us > 3_600_000_000:
        key.used_us = at
        ApiKey.objects.filter(id=key.id).update(used_us=at)


def _lock_owners() -> list[int]:
    """Ids of the active owners, locked until commit, so that two owners cannot demote each other at once."""
    rows = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True).order_by("id")
    return list(rows.values_list("id", flat=True))


def _keep_an_owner(owners: list[int], leaving: int) -> None:
    if owners == [leaving]:
        raise TeamError("They are the only owner: make somebody else an owner first.")


def _checked_role(role: str) -> str:
    if role not in Role.values:
        raise TeamError(f"There is no role “{role}”. The roles are {', '.join(Role.values)}.")
    return role


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise TeamError(f"“{email}” is not an e-mail address, for example ann@example.com.") from None
    return email
