"""Staff and what they did: users with one role each, API keys, the audit log."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.team.permissions import role_may


class Role(models.TextChoices):
    """What a member of staff may do; see permissions.py."""

    OWNER = "owner", _("Owner")
    MARKETER = "marketer", _("Marketer")
    AGENT = "agent", _("Agent")
    ANALYST = "analyst", _("Analyst")
    READER = "reader", _("Read-only")


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A member of staff. Customers never have one: they sign in to their own pages by link."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.READER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, permission: str) -> bool:
        """Whether their role has the permission; nobody who was let go has any."""
        return self.is_active and role_may(self.role, permission)

    @property
    def by(self) -> str:
        """How the audit log and every other `by` names them."""
        return f"user:{self.pk}"


class ApiKey(models.Model):
    """A key for the REST API. Only its SHA-256 is kept; `prefix` is what people recognise it by."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.READER)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_us = models.BigIntegerField()
    used_us = models.BigIntegerField(null=True)
    revoked_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def may(self, permission: str) -> bool:
        """Whether the key's role has the permission; a revoked key has none."""
        return self.revoked_us is None and role_may(self.role, permission)

    @property
    def by(self) -> str:
        """How the audit log and every other `by` names it."""
        return f"key:{self.pk}"


class AuditEntry(models.Model):
    """One privileged act: who, what, on what, when. Append-only; holds ids, never personal data."""

    at = models.BigIntegerField(db_index=True)
    by = models.CharField(max_length=120, help_text="user:<id>, key:<id> or system")
    act = models.CharField(max_length=60)
    object = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.by} {self.act} {self.object}"


from regulars.team.drills.models import Drill, DrillAnswer  # noqa: E402, F401 - tables
from regulars.team.policy.models import Acknowledgement, Policy  # noqa: E402, F401 - tables
from regulars.team.training.models import Grant, Lesson, TrainingRule, Try  # noqa: E402, F401 - tables
