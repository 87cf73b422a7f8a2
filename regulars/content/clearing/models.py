"""Clearances: texts that went through the honesty gate, by digest."""

from __future__ import annotations

from django.db import models


class Clearance(models.Model):
    """What was found in one exact text, and who let it pass. It holds no word of the text.

    `findings`: [{"kind", "weight", "start", "end", "statement"}]: rules and places.
    """

    origin = models.CharField(max_length=80, blank=True, help_text="case:12, plan:7: what it is for")
    digest = models.CharField(max_length=64, help_text="SHA-256 of exactly what is said")
    verdict = models.CharField(max_length=8, help_text="clear, second (a second person) or change")
    findings = models.JSONField(default=list)
    leans_on = models.JSONField(default=list, help_text="[[statement, version]] that support it")
    language = models.CharField(max_length=8, blank=True)
    by = models.CharField(max_length=40, help_text="who wrote it")
    at = models.BigIntegerField()
    until_us = models.BigIntegerField(null=True, help_text="when the first fact it leans on expires")
    seconded_by = models.CharField(max_length=40, blank=True)
    seconded_us = models.BigIntegerField(null=True)
    overruled_by = models.CharField(max_length=40, blank=True)
    overruled_us = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    alone = models.BooleanField(default=False, help_text="nobody else could have looked at it")

    class Meta:
        db_table = "content_clearance"
        indexes = [
            models.Index(fields=["origin", "-id"], name="content_clearance_of"),
            models.Index(
                fields=["-overruled_us"],
                condition=models.Q(overruled_us__isnull=False),
                name="content_clearance_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.verdict}"
