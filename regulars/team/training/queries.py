"""Who may speak in public, and what they still need for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from regulars.core.recent import recent
from regulars.team.models import Acknowledgement, Grant, Lesson, Policy, TrainingRule, Try, User

PUBLIC = "public"


@dataclass(frozen=True)
class Standing:
    """Where a colleague stands. `missing`: lessons not passed or no longer; `unread`: the policy is to be read."""

    needed: bool
    missing: tuple[Lesson, ...]
    unread: bool
    granted_until_us: int | None

    @property
    def may_speak(self) -> bool:
        """In public, as far as training goes."""
        return not self.needed or self.granted_until_us is not None or not (self.missing or self.unread)


def rule() -> TrainingRule:
    """What the shop asks for, or asked for a second ago; nothing before somebody decided."""
    return recent("training rule", lambda: TrainingRule.objects.filter(id=1).first() or TrainingRule())


def is_trained(user_id: int, scope: str, at: int) -> bool:
    """Whether a colleague may speak in public, as far as training goes: everybody, while the shop does not ask for
    it. Roles are another question (`user.may`). One question while the shop asks for nothing, else six."""
    return standing(user_id, at=at).may_speak if scope == PUBLIC and rule().public_us is not None else True


def standing(user_id: int, *, at: int) -> Standing:
    """Where they stand now."""
    passed = Try.objects.filter(Q(expires_us=None) | Q(expires_us__gt=at), user_id=user_id, passed_us__isnull=False)
    known = set(passed.values_list("lesson_id", flat=True))
    lessons = Lesson.objects.filter(needed=True, archived_us=None).order_by("place", "id")
    grant = Grant.objects.filter(user_id=user_id, until_us__gt=at, ended_us=None).order_by("-until_us").first()
    return Standing(
        needed=rule().public_us is not None,
        missing=tuple(lesson for lesson in lessons if lesson.id not in known),
        unread=_unread(user_id),
        granted_until_us=grant.until_us if grant else None,
    )


def _unread(user_id: int) -> bool:
    """Whether a version came since they read one that everybody has to read."""
    asked = _asked()
    return asked is not None and not Acknowledgement.objects.filter(user_id=user_id, number__gte=asked).exists()


def _asked() -> int | None:
    """The last version that everybody has to read."""
    return Policy.objects.filter(again=True).order_by("-number").values_list("number", flat=True).first()


def why_not(by: str, *, at: int) -> str:
    """The sentence for somebody who may not speak in public yet; empty when they may. `by` is user:7; programs and
    the house itself are never asked."""
    if not by.startswith("user:") or rule().public_us is None:
        return ""
    now = standing(int(by[5:]), at=at)
    if now.may_speak:
        return ""
    parts = [_("pass “%s”") % lesson.title for lesson in now.missing]
    parts += [_("read the policy")] if now.unread else []
    return _("Before you speak in public, please %s. It is under Settings, Policy and training.") % _(" and ").join(
        parts
    )


def lessons() -> list[Lesson]:
    """What can be learnt, in order."""
    return list(Lesson.objects.filter(archived_us=None).order_by("place", "id"))


def passes(user_id: int, *, at: int) -> dict[int, Try]:
    """{lesson: the pass that is good longest} of a colleague."""
    rows = Try.objects.filter(Q(expires_us=None) | Q(expires_us__gt=at), user_id=user_id, passed_us__isnull=False)
    found = sorted(rows, key=lambda one: (one.expires_us is None, one.expires_us or 0))
    return {one.lesson_id: one for one in found}


def last_try(user_id: int, lesson_id: int) -> Try | None:
    """The test they took last."""
    return Try.objects.filter(user_id=user_id, lesson_id=lesson_id).order_by("-id").first()


def standings(*, at: int) -> list[tuple[User, Standing, dict[int, Try]]]:
    """Everybody active on the team and where they stand; a handful of questions for all of them."""
    users = list(User.objects.filter(is_active=True).order_by("name", "email"))
    known: dict[int, dict[int, Try]] = {user.id: {} for user in users}
    rows = Try.objects.filter(Q(expires_us=None) | Q(expires_us__gt=at), passed_us__isnull=False, user_id__in=known)
    for one in sorted(rows, key=lambda one: (one.expires_us is None, one.expires_us or 0)):
        known[one.user_id][one.lesson_id] = one
    granted = Grant.objects.filter(until_us__gt=at, ended_us=None).order_by("until_us")
    until = dict(granted.values_list("user_id", "until_us"))
    needed, asked = [lesson for lesson in lessons() if lesson.needed], _asked()
    read = set(Acknowledgement.objects.filter(number__gte=asked or 0).values_list("user_id", flat=True))
    must = rule().public_us is not None
    return [
        (
            user,
            Standing(
                needed=must,
                missing=tuple(lesson for lesson in needed if lesson.id not in known[user.id]),
                unread=asked is not None and user.id not in read,
                granted_until_us=until.get(user.id),
            ),
            known[user.id],
        )
        for user in users
    ]


def grants(*, at: int) -> list[Grant]:
    """Those that are good now, the first to end first."""
    return list(Grant.objects.filter(until_us__gt=at, ended_us=None).order_by("until_us"))
