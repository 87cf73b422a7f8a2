"""Versions of the social media policy, and who read them."""

from __future__ import annotations

from django.db import models


class Policy(models.Model):
    """One version of the policy; the newest counts. `parts`: {"who": Markdown, "escalation": ...}, see parts.py."""

    number = models.IntegerField(unique=True)
    parts = models.JSONField(default=dict)
    changed = models.CharField(max_length=300, blank=True, help_text="what is different, for who read the one before")
    again = models.BooleanField(default=True, help_text="everybody has to read it again")
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()

    class Meta:
        db_table = "team_policy"

    def __str__(self) -> str:
        return f"Policy {self.number}"


class Acknowledgement(models.Model):
    """A colleague says that they have read a version and keep to it."""

    user_id = models.BigIntegerField()
    number = models.IntegerField()
    at = models.BigIntegerField()

    class Meta:
        db_table = "team_acknowledgement"
        constraints = [models.UniqueConstraint(fields=["user_id", "number"], name="team_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.number}"
