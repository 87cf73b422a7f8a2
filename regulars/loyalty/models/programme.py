"""The programme, its rules as they were published, its members, and where each of them stands.

What points somebody earned, their tier and the thresholds they crossed are functions of their orders and the rules:
`Earned`, `Standing` and `Crossing` keep the last answer, so that only a difference is posted or told.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """A loyalty programme. Days are those of the business's time zone, money is in its currency."""

    class Membership(models.TextChoices):
        EVERYBODY = "everybody", _("everybody we know")
        JOINED = "joined", _("those who join")

    class Expiry(models.TextChoices):
        NEVER = "never", _("never")
        EARNED = "earned", _("some months after they were earned")
        ACTIVE = "active", _("some months after the last purchase")
        YEAR = "year", _("at the end of the next year")

    name = models.CharField(max_length=80)
    unit = models.CharField(max_length=30, default="points", help_text="what points are called")
    worth_points = models.IntegerField(default=100, help_text="so many points ...")
    worth_minor = models.IntegerField(default=100, help_text="... are worth so much, in minor units")
    return_days = models.IntegerField(default=30, help_text="points of a purchase are pending for so long")
    expiry = models.CharField(max_length=10, choices=Expiry.choices, default=Expiry.EARNED)
    expiry_months = models.IntegerField(default=12)
    starts_us = models.BigIntegerField(help_text="purchases from then on count")
    membership = models.CharField(max_length=10, choices=Membership.choices, default=Membership.EVERYBODY)
    wording = models.TextField(blank=True, help_text="what people agree to when they join")
    draft = models.JSONField(null=True, help_text="rules that are being written; null when they are as published")
    version = models.IntegerField(default=0, help_text="number of the rules that are live")
    created_us = models.BigIntegerField(help_text="what happened before is counted, but told to nobody")
    created_by = models.CharField(max_length=40)
    ended_us = models.BigIntegerField(null=True)
    settled_us = models.BigIntegerField(default=0, help_text="day boundary up to which everything is done")
    step = models.IntegerField(default=0, help_text="step of the next day boundary that comes next")

    def __str__(self) -> str:
        return self.name


class RuleBook(models.Model):
    """Earning rules and tiers as published: never changed. It holds for what happens from `from_us` on."""

    programme_id = models.BigIntegerField()
    number = models.IntegerField()
    body = models.JSONField()
    from_us = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "number"], name="loyalty_rulebook_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} version {self.number}"


class Threshold(models.Model):
    """Whoever buys for so much of something within some months crosses it. Never changed, only ended."""

    class Measure(models.TextChoices):
        SPENT = "spent", _("spent")
        PIECES = "pieces", _("pieces bought")
        ORDERS = "orders", _("orders")

    programme_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=80)
    measure = models.CharField(max_length=10, choices=Measure.choices, default=Measure.SPENT)
    amount = models.BigIntegerField(help_text="minor units, pieces or orders")
    months = models.IntegerField(default=12, help_text="0: ever")
    only = models.JSONField(default=dict, help_text="categories, products, stores; empty: everything")
    points = models.BigIntegerField(default=0, help_text="given for the first crossing")
    tier = models.CharField(max_length=40, blank=True, help_text="a tier that who is across has at least")
    from_us = models.BigIntegerField(help_text="who was across then already crosses it then")
    by = models.CharField(max_length=40)
    ended_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody takes part: by joining, or by being known. Names the node; a person has the earliest one's code."""

    programme_id = models.BigIntegerField()
    node_id = models.BigIntegerField(db_index=True)
    code = models.CharField(max_length=16, unique=True, help_text="on the card and in the QR code")
    joined_us = models.BigIntegerField()
    how = models.CharField(max_length=40, help_text="known, or the door by which they joined")
    left_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "node_id"], name="loyalty_member_once")]

    def __str__(self) -> str:
        return self.code


class Occasion(models.Model):
    """Something other than an order that rules may give points for: a review, a birthday, a friend who came."""

    programme_id = models.BigIntegerField()
    node_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60, help_text="unique for ever within the kind")
    event = models.CharField(max_length=120, blank=True, help_text="its name, where the kind is an event")
    points = models.BigIntegerField(null=True, help_text="what it gives; null: what the rules give")
    ts = models.BigIntegerField()
    void_us = models.BigIntegerField(null=True, help_text="taken back")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "kind", "key"], name="loyalty_occasion_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Earned(models.Model):
    """What the ledger was told about one cause and rule: points now, after so many postings (the natural key of
    the next one). `what` is "o<order>.<line>", "<occasion kind>:<id>" or "threshold:<id>"."""

    programme_id = models.BigIntegerField()
    node_id = models.BigIntegerField()
    what = models.CharField(max_length=80)
    order_id = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=60, help_text="<version>:<key of the rule>")
    points = models.BigIntegerField()
    postings = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node_id", "programme_id", "what", "rule"], name="loyalty_earned_once")
        ]
        indexes = [
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="loyalty_earned_order")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.rule}: {self.points}"


class Standing(models.Model):
    """Where a person stands: computed, never edited. `next_us` is when it changes by time alone."""

    person_id = models.BigIntegerField(primary_key=True)
    programme_id = models.BigIntegerField()
    version = models.IntegerField(default=0, help_text="number of the rules it was told by")
    tier = models.CharField(max_length=40, blank=True)
    tier_name = models.CharField(max_length=60, blank=True, help_text="for texts and segments")
    since_us = models.BigIntegerField(null=True)
    until_us = models.BigIntegerField(null=True, help_text="when the tier is looked at again, grace included")
    progress = models.BigIntegerField(default=0, help_text="what counts now, in points, minor units or orders")
    next_tier = models.CharField(max_length=40, blank=True)
    to_next = models.BigIntegerField(null=True)
    falls_to = models.CharField(max_length=40, blank=True, help_text="the tier after until_us if nothing is bought")
    earned = models.BigIntegerField(default=0, help_text="points earned by rules in all")
    last_us = models.BigIntegerField(null=True, help_text="last purchase that counts")
    next_us = models.BigIntegerField(null=True)
    warned_us = models.BigIntegerField(null=True, help_text="told that the tier ends at until_us")

    class Meta:
        indexes = [
            models.Index(fields=["next_us"], condition=Q(next_us__isnull=False), name="loyalty_standing_due"),
            models.Index(fields=["programme_id", "tier", "person_id"], name="loyalty_standing_tier"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.tier}"


class Crossing(models.Model):
    """Somebody is across a threshold since `crossed_us`; `until_us` is when that ends if nothing more is bought.
    A refund that undoes it sets `undone_us`."""

    threshold_id = models.BigIntegerField()
    person_id = models.BigIntegerField(db_index=True)
    crossed_us = models.BigIntegerField()
    until_us = models.BigIntegerField(null=True)
    undone_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["threshold_id", "person_id"], name="loyalty_crossing_once")]

    def __str__(self) -> str:
        return f"{self.person_id} over {self.threshold_id}"


class Due(models.Model):
    """Somebody to be counted again: added with the change that makes it so, taken away with the answer."""

    node_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.node_id)


class Finding(models.Model):
    """The last answer to a question about everybody, which is too long to wait for: "story", "rehearsal"."""

    programme_id = models.BigIntegerField()
    name = models.CharField(max_length=20)
    asked_us = models.BigIntegerField()
    as_of_us = models.BigIntegerField(null=True)
    content = models.JSONField(null=True, help_text="sums, and numbers of the people at either end")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_id", "name"], name="loyalty_finding_once")]

    def __str__(self) -> str:
        return self.name
