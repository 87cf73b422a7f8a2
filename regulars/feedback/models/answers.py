"""Who was asked, and what was answered."""

from __future__ import annotations

from django.db import models


class Invitation(models.Model):
    """That we asked somebody. Waiting until `invited_us`, then it has a message; dropped for a reason otherwise.

    For an anonymous survey only *that* somebody answered is kept, at the beginning of the wave, and nothing of when
    they opened or began.
    """

    survey_id = models.BigIntegerField()
    version = models.IntegerField()
    wave = models.CharField(max_length=12, help_text="2026Q3, 2026-09, 2026")
    node_id = models.BigIntegerField(db_index=True)
    occasion = models.CharField(max_length=100, help_text="why: wave, order:17, segment:3:99, journey, reask:5, hand")
    channel = models.CharField(max_length=6)
    priority = models.SmallIntegerField(default=60)
    store = models.CharField(max_length=120, blank=True, help_text="as it was then, like tier and category")
    tier = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=120, blank=True)
    queued_us = models.BigIntegerField()
    due_us = models.BigIntegerField(help_text="not asked before")
    expires_us = models.BigIntegerField(help_text="not asked, and not answered, from then on")
    invited_us = models.BigIntegerField(null=True)
    dropped_us = models.BigIntegerField(null=True)
    why = models.CharField(
        max_length=20, blank=True, help_text="dropped: expired, stopped, gone, or a rule of channels"
    )
    message_id = models.BigIntegerField(null=True)
    delivered_us = models.BigIntegerField(null=True)
    opened_us = models.BigIntegerField(null=True)
    started_us = models.BigIntegerField(null=True, help_text="clicked, or began to fill in")
    answered_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey_id", "wave", "node_id", "occasion"], name="feedback_invitation_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_us", "id"],
                condition=models.Q(invited_us=None, dropped_us=None),
                name="feedback_waiting",
            ),
            models.Index(fields=["survey_id", "invited_us"], name="feedback_invited"),
            models.Index(
                fields=["message_id"], condition=models.Q(message_id__isnull=False), name="feedback_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.wave} {self.node_id}"


class Response(models.Model):
    """What somebody answered. The id is random: neither order nor time of anonymous answers can be read from it.

    `part` is promoter, passive, detractor (NPS) or satisfied, neutral, unsatisfied (CSAT). Of an anonymous survey a
    response has no node, no invitation, no store, and `answered_us` is the beginning of the wave; it is `released` to
    be shown together with as many others as the smallest group has.
    """

    id = models.BigIntegerField(primary_key=True)
    survey_id = models.BigIntegerField()
    version = models.IntegerField()
    wave = models.CharField(max_length=12)
    invitation_id = models.BigIntegerField(null=True, unique=True)
    node_id = models.BigIntegerField(null=True, db_index=True)
    source = models.CharField(max_length=6, help_text="email, sms, link, till, hand")
    language = models.CharField(max_length=12, blank=True)
    score = models.SmallIntegerField(null=True)
    part = models.CharField(max_length=12, blank=True)
    answers = models.JSONField(default=dict, help_text="{question: number or option}; texts are in Said")
    store = models.CharField(max_length=120, blank=True)
    tier = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=120, blank=True)
    answered_us = models.BigIntegerField()
    changed_us = models.BigIntegerField(null=True)
    changes = models.SmallIntegerField(default=0)
    duplicate = models.BooleanField(default=False, help_text="the same device answered this wave before")
    released = models.BooleanField(default=True)
    excluded_us = models.BigIntegerField(null=True, help_text="left out of the figures by a colleague")
    excluded_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["survey_id", "-answered_us", "-id"], name="feedback_response_of")]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.score}"


class Said(models.Model):
    """A text somebody wrote as an answer."""

    response_id = models.BigIntegerField()
    survey_id = models.BigIntegerField()
    question = models.CharField(max_length=20)
    text = models.TextField()
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response_id", "question"], name="feedback_said_once")]
        indexes = [models.Index(fields=["survey_id"], name="feedback_said_of")]

    def __str__(self) -> str:
        return self.text[:60]


class Device(models.Model):
    """That a device answered in a wave by an open link: a keyed digest of its cookie, joined to no response."""

    survey_id = models.BigIntegerField()
    wave = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey_id", "wave", "digest"], name="feedback_device_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.wave}"
