"""Shops and tills that send webhooks: how they are connected, what is to be fetched, what customers asked for."""

from __future__ import annotations

from django.db import models


class Connection(models.Model):
    """How one source is connected, and how that goes. Secrets are encrypted for this installation."""

    source_id = models.BigIntegerField(unique=True)
    token = models.CharField(max_length=64, unique=True, help_text="the last part of its webhook address")
    address = models.CharField(max_length=300, blank=True, help_text="the address as the sender has it")
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)
    before = models.TextField(blank=True, help_text="the signing secret before, still good until `before_until_us`")
    before_until_us = models.BigIntegerField(null=True)
    registered_us = models.BigIntegerField(null=True, help_text="when the sender was asked to send here")
    paused_us = models.BigIntegerField(null=True)
    pinged_us = models.BigIntegerField(null=True, help_text="when the sender last tried the address")
    refused_us = models.BigIntegerField(null=True)
    refused = models.BigIntegerField(default=0, help_text="deliveries turned away at the door")
    refusal = models.TextField(blank=True)
    places = models.JSONField(default=dict, help_text="{stream: changes up to this time are known}")
    polled_us = models.BigIntegerField(null=True, help_text="when the last reconciliation ended well")
    looked_at = models.BigIntegerField(default=0, help_text="objects it looked at")
    found = models.BigIntegerField(default=0, help_text="objects it found that no webhook had brought")
    found_ever = models.BigIntegerField(default=0)
    unread = models.BigIntegerField(default=0, help_text="objects it could not read")
    unread_why = models.TextField(blank=True)
    failed_us = models.BigIntegerField(null=True, help_text="when asking failed; empty once it works again")
    failure = models.TextField(blank=True)
    tries = models.IntegerField(default=0)
    retry_us = models.BigIntegerField(default=0, help_text="not asked again before")
    history = models.CharField(max_length=10, blank=True, help_text="running, stopped, done, failed")
    history_place = models.JSONField(default=dict)
    history_done = models.BigIntegerField(default=0, help_text="objects brought in")

    def __str__(self) -> str:
        return f"connection of source {self.source_id}"


class FieldMap(models.Model):
    """One version of what the fields of a sender's bodies mean. The newest counts; older ones stay to be seen."""

    source_id = models.BigIntegerField()
    version = models.IntegerField()
    mapping = models.JSONField()
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_id", "version"], name="events_fieldmap_once")]

    def __str__(self) -> str:
        return f"mapping {self.version} of source {self.source_id}"


class Wanted(models.Model):
    """An object that a delivery named and did not bring: it is fetched from the sender's API."""

    source_id = models.BigIntegerField()
    object = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    asked_us = models.BigIntegerField(help_text="when it was last named")
    due_us = models.BigIntegerField(default=0)
    tries = models.IntegerField(default=0)
    reason = models.TextField(blank=True, help_text="why it could not be fetched so far")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_id", "object", "key"], name="events_wanted_once")]

    def __str__(self) -> str:
        return f"{self.object} {self.key}"


class PrivacyRequest(models.Model):
    """What a customer asked for through the shop: their data, or to be erased. Staff answer it, by a date."""

    source_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, help_text="export, erase, erase_shop")
    key = models.CharField(max_length=120, help_text="of the request at the sender: asking twice is one request")
    node_id = models.BigIntegerField(null=True, help_text="whom it is about, when we know them")
    about = models.TextField(blank=True, help_text="what the shop says of them; gone once they are erased")
    asked_us = models.BigIntegerField()
    due_us = models.BigIntegerField()
    done_us = models.BigIntegerField(null=True)
    done_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_id", "kind", "key"], name="events_privacy_once")]
        indexes = [models.Index(fields=["node_id"], name="events_privacy_node", condition=models.Q(node_id__gt=0))]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
