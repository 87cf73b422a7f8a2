"""The business this installation serves, the places of the log consumers, and work for later."""

from __future__ import annotations

import math
import time

from django.db import models


class Business(models.Model):
    """The one business: its name, clock, calendar and money. There is exactly one row, made by `regulars init`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="Europe/London")
    week_start = models.SmallIntegerField(default=0, help_text="0 = Monday, 6 = Sunday")
    currency = models.CharField(max_length=3, default="GBP")
    prices = models.CharField(max_length=5, choices=[("gross", "gross"), ("net", "net")], default="gross")
    country = models.CharField(max_length=2, default="GB", help_text="for phone numbers without a country code")

    _cached: tuple[float, Business] | None = None

    class Meta:
        verbose_name_plural = "business"

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> Business:
        """The business, at most two seconds old. Unsaved defaults before `regulars init`."""
        if cls._cached and time.monotonic() - cls._cached[0] < 2:
            return cls._cached[1]
        found = cls.objects.filter(id=1).first() or cls(name="Regulars")
        Business._cached = (time.monotonic(), found)
        return found

    @classmethod
    def stay(cls) -> None:
        """From now on this process has the business as it is now, without asking the database."""
        Business._cached = (math.inf, cls.load())


class Offset(models.Model):
    """How far one consumer has read one shard of a log."""

    consumer = models.CharField(max_length=80)
    shard = models.IntegerField(default=0)
    tx = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "shard"], name="core_offset_once")]

    def __str__(self) -> str:
        return f"{self.consumer}/{self.shard} at {self.tx}.{self.entry}"


class Epoch(models.Model):
    """Added to PostgreSQL's transaction numbers, so that a restore into a new cluster never goes backwards."""

    base = models.BigIntegerField()
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.base)


class QueuedJob(models.Model):
    """One job: waiting (`due_us`), claimed by a living process, or ended. The words of its life are times."""

    name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, help_text="ids and plain values, never personal data")
    lane = models.CharField(max_length=20)
    due_us = models.BigIntegerField()
    created_us = models.BigIntegerField()
    attempts = models.IntegerField(default=0)
    once = models.CharField(max_length=250, null=True, unique=True, help_text="a periodic job and its due time")
    waiting = models.CharField(max_length=250, null=True, unique=True, help_text="queued at most once until claimed")
    holder = models.CharField(max_length=120, null=True)
    claimed_us = models.BigIntegerField(null=True)
    finished_us = models.BigIntegerField(null=True)
    failed_us = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["lane", "due_us"],
                condition=models.Q(claimed_us=None, finished_us=None, failed_us=None),
                name="core_job_waiting",
            ),
            models.Index(
                fields=["holder"],
                condition=models.Q(claimed_us__isnull=False, finished_us=None, failed_us=None),
                name="core_job_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.arguments}"


class Beat(models.Model):
    """When each loop and lane last ran and last found work: what the health page shows."""

    name = models.CharField(max_length=80, primary_key=True)
    ran_us = models.BigIntegerField()
    worked_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name
