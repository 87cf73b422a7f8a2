"""What texts are about: the codebook that people own, and what was found by it."""

from __future__ import annotations

from django.db import models


class Topic(models.Model):
    """An entry of the codebook. `words`: one rule per line, see feedback.coding.rules; `parent`: one level above."""

    name = models.CharField(max_length=60, unique=True)
    about = models.CharField(max_length=300, blank=True, help_text="when it applies, for colleagues")
    parent_id = models.BigIntegerField(null=True)
    words = models.TextField(blank=True)
    quality = models.JSONField(default=dict, help_text="agreement with people: see feedback.coding.learning")
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Coding(models.Model):
    """Whether a text is about a topic, as a rule, the model or a colleague sees it. A colleague's word counts."""

    said_id = models.BigIntegerField()
    topic_id = models.BigIntegerField()
    by = models.CharField(max_length=40, help_text="rule, model, user:7")
    human = models.BooleanField(default=False)
    yes = models.BooleanField()
    sure = models.FloatField(default=1.0)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["said_id", "topic_id"], name="feedback_coding_once")]
        indexes = [models.Index(fields=["topic_id", "yes"], name="feedback_coding_of")]

    def __str__(self) -> str:
        return f"{self.said_id} {self.topic_id} {self.yes}"
