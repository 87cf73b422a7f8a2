"""What we can ask about staff, keys and the audit log (read-only)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.core.recent import recent
from regulars.team.models import ApiKey, AuditEntry, Role, User
from regulars.team.permissions import roles_with
from regulars.team.training.queries import is_trained, why_not  # noqa: F401 - asked for by every room that speaks


def owners() -> list[User]:
    """Who can grant permissions: the active owners, oldest first."""
    return list(User.objects.filter(role=Role.OWNER, is_active=True).order_by("id"))


def members() -> QuerySet[User]:
    """Everyone on the team, those who were let go last."""
    return User.objects.order_by("-is_active", "name", "email")


def second_factors() -> dict[int, list[str]]:
    """Which second factors members have: {user id: ["totp", "webauthn", ...]}, without recovery codes."""
    from allauth.mfa.models import Authenticator

    found: dict[int, list[str]] = {}
    rows = Authenticator.objects.exclude(type="recovery_codes").order_by("type").values_list("user_id", "type")
    for user_id, kind in rows.distinct():
        found.setdefault(user_id, []).append(kind)
    return found


def keys() -> QuerySet[ApiKey]:
    """All API keys, usable ones first."""
    return ApiKey.objects.select_related("created_by").order_by("revoked_us", "-created_us")


def key_of(secret: str) -> ApiKey | None:
    """The usable API key with this secret, as it was at most a second ago. The digest is looked up, so no secret is
    ever compared in Python."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return recent(("api key", digest), lambda: ApiKey.objects.filter(digest=digest, revoked_us=None).first())


def audit_entries(
    *, by: str = "", act: str = "", object: str = "", since: int | None = None, until: int | None = None
) -> QuerySet[AuditEntry]:
    """Entries of the audit log, newest first. `act` "member" finds "member.add" and its neighbours."""
    found = AuditEntry.objects.order_by("-id")
    if by:
        found = found.filter(by=by)
    if act:
        found = found.filter(act__startswith=act)
    if object:
        found = found.filter(object=object)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return found


def acts() -> list[str]:
    """Every kind of act in the log."""
    return list(AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct())


def who(bys: Iterable[str]) -> Mapping[str, str]:
    """Names for `by` strings: {"user:7": "Ann", "key:3": "Till (rgl_ab12…)", "system": "Regulars itself"}; as they
    were at most a second ago."""
    wanted = set(bys)
    names = recent("names", _names)
    if any(by.startswith(("user:", "key:")) and by not in names for by in wanted):
        names = recent("names", _names, anew=True)
    return {by: names.get(by, str(_("Regulars itself")) if by == "system" else by) for by in wanted}


def _names() -> dict[str, str]:
    """Of everybody there ever was."""
    return {one.by: str(one) for model in (User, ApiKey) for one in model.objects.all()}


def others_who_may(permission: str, *, than: str) -> list[User]:
    """Active members with a permission, but for one (`user:7`): who could be asked as a second person."""
    rows = User.objects.filter(is_active=True, role__in=roles_with(permission)).order_by("id")
    return [user for user in rows if user.by != than]
