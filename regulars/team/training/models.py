"""Lessons, tests taken, grants, and the rule that asks for them."""

from __future__ import annotations

from django.db import models


class TrainingRule(models.Model):
    """Who must have passed what before they speak: one row, id 1."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    public_us = models.BigIntegerField(null=True, help_text="since when speaking in public needs it; null: no")
    by = models.CharField(max_length=40, blank=True)
    at = models.BigIntegerField(default=0)

    class Meta:
        db_table = "team_trainingrule"

    def __str__(self) -> str:
        return "training rule"


class Lesson(models.Model):
    """A text of a few minutes and its questions.

    `questions`: [{"asks", "answers": [text, ...], "right": [place, ...], "because"}].
    """

    key = models.CharField(max_length=40, unique=True, help_text="of a ready-made one, or made from the title")
    title = models.CharField(max_length=120)
    text = models.TextField(help_text="Markdown")
    questions = models.JSONField(default=list)
    version = models.IntegerField(default=1)
    share = models.FloatField(default=0.8, help_text="of the questions that must be right")
    days = models.IntegerField(null=True, default=365, help_text="a pass is good so long; null: for ever")
    needed = models.BooleanField(default=True, help_text="for speaking in public")
    place = models.SmallIntegerField(default=0)
    by = models.CharField(max_length=40)
    changed_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "team_lesson"

    def __str__(self) -> str:
        return self.title


class Try(models.Model):
    """One test taken. `passed_us` is set when enough was right; it counts until `expires_us`."""

    user_id = models.BigIntegerField()
    lesson_id = models.BigIntegerField()
    version = models.IntegerField()
    at = models.BigIntegerField()
    answers = models.JSONField(default=list, help_text="[[place, ...] per question]")
    right = models.SmallIntegerField()
    asked = models.SmallIntegerField()
    passed_us = models.BigIntegerField(null=True)
    expires_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "team_try"
        indexes = [
            models.Index(
                fields=["user_id", "lesson_id"],
                condition=models.Q(passed_us__isnull=False),
                name="team_try_passed",
            ),
            models.Index(fields=["lesson_id", "-at"], name="team_try_of"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.lesson_id} {self.right}/{self.asked}"


class Grant(models.Model):
    """An owner lets somebody speak in public for a while without having passed."""

    user_id = models.BigIntegerField(db_index=True)
    until_us = models.BigIntegerField()
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()
    ended_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "team_grant"

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until_us}"
