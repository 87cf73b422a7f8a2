"""The business this installation serves, and the places of the log consumers."""

from __future__ import annotations

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
