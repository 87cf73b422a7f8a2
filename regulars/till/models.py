"""Tills that were let in, and every action they sent, once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

WORDING = _("Yes, I would like news and offers. I can stop them at any time.")


class Counter(models.Model):
    """How the counter asks and what it sells: one row. `categories`: names of the buttons; amounts are typed."""

    wording = models.TextField(help_text="what customers agree to, read out or shown to them")
    categories = models.JSONField(default=list)
    ask_sms = models.BooleanField(default=True)
    survey_id = models.BigIntegerField(null=True, help_text="feedback.Survey to offer after a sale")

    def __str__(self) -> str:
        return "counter"

    @classmethod
    def load(cls) -> Counter:
        """As it was set up, or as it is before anybody did."""
        return cls.objects.first() or cls(wording=str(WORDING))


class Device(models.Model):
    """A phone or tablet at a counter. Its cookie holds a token of which only the digest is kept."""

    name = models.CharField(max_length=80)
    store = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    source_id = models.BigIntegerField(help_text="the source of what it rings up")
    let_in_us = models.BigIntegerField()
    let_in_by = models.CharField(max_length=40)
    seen_us = models.BigIntegerField(null=True)
    revoked_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Pairing(models.Model):
    """A number that lets one device in, for ten minutes, once."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    store = models.CharField(max_length=80, blank=True)
    made_us = models.BigIntegerField()
    made_by = models.CharField(max_length=40)
    expires_us = models.BigIntegerField()
    used_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Done(models.Model):
    """An action of a device, answered: sent again, it gets the same answer and changes nothing."""

    device_id = models.BigIntegerField()
    client_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    asked = models.CharField(max_length=64)
    answer = models.JSONField()
    undo = models.JSONField(default=dict, help_text="what a return has to give back: use of a code, points, lines")
    node_id = models.BigIntegerField(null=True, db_index=True)
    said_us = models.BigIntegerField(help_text="by the device's clock, kept within what is possible")
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device_id", "client_id"], name="till_done_once")]
        indexes = [models.Index(fields=["device_id", "-id"], name="till_done_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"
