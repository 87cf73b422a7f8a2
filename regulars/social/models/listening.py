"""What we listen for, what was found, how loud it is by the hour, and what rose."""

from __future__ import annotations

from django.db import models

KINDS = ("brand", "product", "competitor", "problem")


class Topic(models.Model):
    """Something we listen for. `again_id` is set while what is stored already is matched anew, newest first."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, help_text="brand, product, competitor, problem")
    query = models.TextField(help_text="in the language of listening/parsing.py")
    version = models.IntegerField(default=1, help_text="grows with every change of the query")
    product_key = models.CharField(max_length=120, blank=True, help_text="commerce.Product, whose people care")
    owner = models.CharField(max_length=40, blank=True, help_text="user:7, who is told; empty: in turn")
    alerts = models.BooleanField(default=True, help_text="whether a rise is told")
    least_times = models.FloatField(default=1.5, help_text="so many times as many people as usual; learns")
    least_people = models.IntegerField(default=5)
    cool_hours = models.IntegerField(default=6, help_text="the same topic is silent so long after an alert")
    searched = models.BooleanField(default=True, help_text="whether networks are asked what strangers say")
    again_id = models.BigIntegerField(null=True, help_text="the next stored item to match anew, downwards")
    again_done = models.IntegerField(default=0)
    again_total = models.IntegerField(default=0)
    story = models.JSONField(default=dict, help_text="what is said now and not before: words, counts, item ids")
    story_us = models.BigIntegerField(default=0, help_text="when it was told")
    created_by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    changed_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(archived_us=None), name="social_topic_name")
        ]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """A public item that a topic means. `fold` says why it counts nobody anew: the same words, a repost, or ours.

    `feels` and `intent` are those of `inbox.Reading`, copied so that a hundred thousand are counted by index.
    """

    topic_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    network = models.CharField(max_length=20)
    author_id = models.BigIntegerField(null=True, db_index=True)
    voice = models.BigIntegerField(help_text="whom it counts for: the author; without one, minus the account")
    at = models.BigIntegerField(help_text="when it was said")
    language = models.CharField(max_length=8, blank=True)
    feels = models.CharField(max_length=8, blank=True, help_text="negative, neutral, positive, unsure; empty: unread")
    told = models.BooleanField(default=False, help_text="a colleague or stars said how it feels, not a model")
    intent = models.CharField(max_length=10, blank=True)
    reach = models.BigIntegerField(null=True, help_text="who may have seen it; null: the network does not say")
    words = models.BigIntegerField(help_text="fingerprint of what it says; 0: too short to compare")
    fold = models.CharField(max_length=6, blank=True, help_text="same, repost or ours; empty: it counts")
    same_as = models.BigIntegerField(null=True, help_text="the item it repeats")
    helped_us = models.BigIntegerField(null=True, help_text="a colleague took it over, or put it aside")
    helped_by = models.CharField(max_length=40, blank=True)
    case_id = models.BigIntegerField(null=True, help_text="the conversation it became")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic_id", "item_id"], name="social_mention_once")]
        indexes = [
            models.Index(fields=["topic_id", "at", "item_id", "fold", "voice", "feels"], name="social_mention_at"),
            models.Index(fields=["item_id"], name="social_mention_item"),
            models.Index(fields=["topic_id", "words"], condition=models.Q(words__gt=0), name="social_mention_words"),
            models.Index(fields=["intent", "at"], condition=models.Q(intent__gt=""), name="social_mention_intent"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}:{self.item_id}"


class Loudness(models.Model):
    """How many people spoke of a topic in a quarter of an hour or an hour: counted anew when a mention moves."""

    topic_id = models.BigIntegerField()
    minutes = models.SmallIntegerField(help_text="15 or 60")
    slot = models.BigIntegerField(help_text="so many of these since 1970, UTC")
    people = models.IntegerField()
    mentions = models.IntegerField(help_text="without folded ones")
    folded = models.IntegerField(default=0)
    negative = models.IntegerField(default=0)
    positive = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic_id", "minutes", "slot"], name="social_loudness_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.slot}: {self.people}"


class ListenDue(models.Model):
    """Items to be matched. `turn` grows with every change, so that none is missed."""

    item_id = models.BigIntegerField(primary_key=True)
    turn = models.IntegerField(default=0)

    def __str__(self) -> str:
        return str(self.item_id)


class Alert(models.Model):
    """A topic rose: from `usual` to `people`. Its owner and outcome are those of the case it opened.

    `why` holds numbers of items, words that at least five people used, and counts: nobody's name.
    """

    topic_id = models.BigIntegerField()
    began_us = models.BigIntegerField(help_text="since when it is louder than usual")
    raised_us = models.BigIntegerField()
    last_us = models.BigIntegerField(help_text="still louder than usual then")
    hours = models.SmallIntegerField(default=1, help_text="1 or 24: what was compared")
    people = models.IntegerField(help_text="in its loudest hour, or 24 hours")
    usual = models.FloatField(help_text="people expected in that time")
    yesterday = models.IntegerField(default=0)
    last_week = models.IntegerField(default=0)
    chance = models.FloatField(help_text="of so many or more by chance alone")
    method = models.CharField(max_length=8, help_text="week: by hour of the week; young: too little history for that")
    why = models.JSONField(default=dict)
    case_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    closed_us = models.BigIntegerField(null=True)
    useful = models.BooleanField(null=True)
    judged_by = models.CharField(max_length=40, blank=True)
    judged_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["topic_id", "-raised_us"], name="social_alert_of"),
            models.Index(fields=["-raised_us"], name="social_alert_new"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.people}"
