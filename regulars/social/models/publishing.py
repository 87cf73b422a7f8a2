"""What we say to everybody: ideas, their texts per account, who agreed to them, when they go out."""

from __future__ import annotations

from django.db import models

from regulars.social.publishing.formats import FORMATS


class PublishRules(models.Model):
    """How this shop publishes. One row, which is also the lock under which posts are handed over."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    approvals = models.SmallIntegerField(default=0, help_text="how many people agree to a post: 0, 1 or 2")
    by_account = models.JSONField(default=dict, help_text="{account id: how many}, where it is more than that")
    same_days = models.IntegerField(default=30, help_text="the same text not again on a network within so many days")
    late_minutes = models.IntegerField(default=120, help_text="what is later than that asks whether it still stands")
    window_days = models.IntegerField(default=7, help_text="an order so long after a click counts as from social")
    gathering = models.JSONField(default=list, help_text="kinds of ideas that become drafts by themselves")
    changed_us = models.BigIntegerField(default=0)
    changed_by = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.approvals} to agree"


class Drive(models.Model):
    """A campaign: posts that belong together, what they are for, and the name in their links."""

    name = models.CharField(max_length=120, unique=True)
    tag = models.SlugField(max_length=40, unique=True, help_text="utm_campaign of its links")
    objective = models.CharField(max_length=8, blank=True, help_text="retain, acquire or nothing said")
    begins = models.CharField(max_length=10, blank=True)
    ends = models.CharField(max_length=10, blank=True)
    by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """What is said again and again: its texts take turns. `made_until` is the last day already planned."""

    name = models.CharField(max_length=120, unique=True)
    weekdays = models.JSONField(default=list, help_text="0 = Monday")
    every_weeks = models.SmallIntegerField(default=1)
    clock = models.CharField(max_length=5, default="10:00", help_text="on the shop's wall")
    begins = models.CharField(max_length=10)
    ends = models.CharField(max_length=10, blank=True)
    rest_days = models.IntegerField(default=30, help_text="a text rests so long before it is said again")
    held_out = models.FloatField(default=0.0, help_text="share of its days left out by chance, to see what it brings")
    made_until = models.CharField(max_length=10, blank=True)
    by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    stopped_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """One idea, said on one or several accounts. Its texts are `Variant` rows; who agreed stands in `Approval`."""

    title = models.CharField(max_length=160)
    note = models.TextField(blank=True, help_text="for colleagues")
    drive_id = models.BigIntegerField(null=True, db_index=True)
    objective = models.CharField(max_length=8, blank=True)
    series_id = models.BigIntegerField(null=True, db_index=True)
    source_id = models.BigIntegerField(null=True, help_text="the text of the series that this one repeats")
    origin = models.CharField(max_length=80, null=True, unique=True, help_text="product:12: what gave the idea")
    digest = models.CharField(max_length=32, blank=True, help_text="of exactly what it says, and where")
    writers = models.JSONField(default=list, help_text="whoever wrote at it: none of them may agree to it")
    by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    changed_us = models.BigIntegerField(help_text="its text")
    wanted_us = models.BigIntegerField(null=True, help_text="waits since then for somebody to agree")
    returned_us = models.BigIntegerField(null=True)
    returned_by = models.CharField(max_length=40, blank=True)
    returned_why = models.CharField(max_length=300, blank=True)
    asked_us = models.BigIntegerField(null=True, help_text="waits since then for a yes that it still stands")
    asked_why = models.CharField(max_length=160, blank=True)
    stood_us = models.BigIntegerField(null=True)
    stood_by = models.CharField(max_length=40, blank=True)
    withdrawn_us = models.BigIntegerField(null=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["wanted_us"], condition=models.Q(wanted_us__isnull=False), name="social_plan_wanted"
            ),
            models.Index(fields=["asked_us"], condition=models.Q(asked_us__isnull=False), name="social_plan_asked"),
        ]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    """What a plan says on one account, and when. `local` is the shop's wall clock and counts; `due_us` follows it.

    `next_us` is when it is looked at next to be handed over; null: not planned, or handed over already. `post_key`
    names the channels post; `round` grows only when the one before certainly never went out.
    """

    plan_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    network = models.CharField(max_length=20)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    pictures = models.JSONField(default=list, help_text='[{"picture": 12, "alt": "..."}]')
    format = models.CharField(max_length=10, choices=FORMATS)
    story = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)
    sameness = models.CharField(max_length=32, help_text="of the words alone: the same text is known by it")
    local = models.CharField(max_length=16, blank=True, help_text="2026-03-31T18:00")
    due_us = models.BigIntegerField(null=True)
    slot_us = models.BigIntegerField(null=True, help_text="the slot of the account's queue that it holds")
    next_us = models.BigIntegerField(null=True)
    examined = models.JSONField(default=list, help_text="what the honesty gate said of each part of this text")
    trouble = models.CharField(max_length=300, blank=True, help_text="why it was not handed over")
    round = models.SmallIntegerField(default=1)
    post_key = models.CharField(max_length=120, blank=True)
    given_us = models.BigIntegerField(null=True)
    rest_us = models.BigIntegerField(null=True, help_text="somebody said then that a broken thread goes on")
    given_words = models.TextField(blank=True, help_text="as it was handed over, with its tracked links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan_id", "account_id"], name="social_variant_once"),
            models.UniqueConstraint(
                fields=["account_id", "slot_us"],
                condition=models.Q(slot_us__isnull=False),
                name="social_variant_slot_once",
            ),
            models.UniqueConstraint(
                fields=["post_key"], condition=models.Q(post_key__gt=""), name="social_variant_post_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_us"], condition=models.Q(next_us__isnull=False), name="social_variant_next"),
            models.Index(fields=["due_us"], name="social_variant_due"),
            models.Index(fields=["sameness", "network", "due_us"], name="social_variant_same"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Approval(models.Model):
    """Somebody agreed to exactly this: the digest is that of the plan as it was."""

    plan_id = models.BigIntegerField()
    digest = models.CharField(max_length=32)
    by = models.CharField(max_length=40)
    note = models.CharField(max_length=300, blank=True)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan_id", "digest", "by"], name="social_approval_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.by}"


class Slot(models.Model):
    """A time of the week at which an account has something to say, on the shop's wall clock."""

    account_id = models.BigIntegerField()
    weekday = models.SmallIntegerField(help_text="0 = Monday")
    clock = models.CharField(max_length=5, help_text="18:00")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "weekday", "clock"], name="social_slot_once")]

    def __str__(self) -> str:
        return f"{self.weekday} {self.clock}"


class Occurrence(models.Model):
    """One day of a series: the plan made for it, or why there is none."""

    series_id = models.BigIntegerField()
    day = models.CharField(max_length=10)
    plan_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=12, blank=True, help_text="held out, no text: nothing is said on it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series_id", "day"], name="social_occurrence_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}"
