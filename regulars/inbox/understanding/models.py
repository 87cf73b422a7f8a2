"""What texts were read to say, what colleagues said of them, and the models that read."""

from __future__ import annotations

from django.db import models

FEELS = ("negative", "neutral", "positive")
UNSURE = "unsure"


class ReadingRules(models.Model):
    """What the shop decided about reading: one row, id 1."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    languages = models.JSONField(default=list, help_text="those customers write in; empty: the usual ones")
    sure = models.FloatField(default=0.5, help_text="a feeling less probable than this is called unsure")
    last_picked = models.BigIntegerField(default=0, help_text="the last item drawn for judging at random")

    def __str__(self) -> str:
        return "reading"


class TextModel(models.Model):
    """A fit to what colleagues said, how good it is, and whether it reads. Number 0 is the one we ship."""

    fitted_us = models.BigIntegerField()
    labels = models.IntegerField(help_text="judged texts it learned from")
    languages = models.JSONField(default=list, help_text="those it has learned enough of")
    house = models.CharField(max_length=20, help_text="version of the shipped model it stands on")
    measures = models.JSONField(
        default=dict, help_text="held out: macro F1 of both, the gain, 90 % intervals, counts"
    )
    weights = models.BinaryField()
    used_us = models.BigIntegerField(null=True, help_text="reads since; null: it was not better")
    ended_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(used_us__isnull=False), name="inbox_textmodel_used")
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.labels})"


class Reading(models.Model):
    """What one item says. `feels` is what pages show: what a colleague said, else the stars, else the model."""

    item_id = models.BigIntegerField(primary_key=True, help_text="channels.Item")
    language = models.CharField(max_length=8, blank=True, help_text="empty: none we can name")
    feels = models.CharField(max_length=8, help_text="negative, neutral, positive or unsure")
    predicted = models.CharField(max_length=8, help_text="what the model alone said, or unsure")
    source = models.CharField(max_length=8, help_text="model, stars, person or none (a language it cannot read)")
    negative = models.FloatField(null=True, help_text="probability; null: not read")
    neutral = models.FloatField(null=True)
    positive = models.FloatField(null=True)
    intent = models.CharField(max_length=10, blank=True, help_text="the first of intents")
    intents = models.JSONField(default=list, help_text="complaint, help, question, buying, praise")
    model_id = models.BigIntegerField(default=0, help_text="TextModel; 0: the shipped one")
    version = models.CharField(max_length=20, help_text="of the shipped model")
    digest = models.BigIntegerField(help_text="of the text that was read")
    lot = models.SmallIntegerField(help_text="0 to 999 by chance: who is drawn at random first")
    at = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "item_id"], name="inbox_reading_at"),
            models.Index(fields=["feels", "item_id"], name="inbox_reading_feels"),
            models.Index(fields=["model_id", "item_id"], name="inbox_reading_model"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.feels}"


class Label(models.Model):
    """What a colleague said an item says: a correction or a confirmation. The latest of an item counts."""

    item_id = models.BigIntegerField(unique=True)
    feels = models.CharField(max_length=8, blank=True, help_text="negative, neutral, positive; empty: not judged")
    intent = models.CharField(max_length=10, blank=True, help_text="empty: not judged; none: nothing of these")
    predicted = models.CharField(max_length=8, help_text="what the model had said of it then")
    model_id = models.BigIntegerField(default=0, help_text="which model had said so")
    how = models.CharField(
        max_length=6, help_text="random: drawn by chance; unsure: drawn as informative; seen: in passing"
    )
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["how", "model_id"], name="inbox_label_how")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.feels}"


class ReadDue(models.Model):
    """Items whose text waits to be read. `turn` grows with every change, so that none is missed."""

    item_id = models.BigIntegerField(primary_key=True)
    turn = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.item_id)
