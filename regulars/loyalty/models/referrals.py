"""People bring people: what that brings, everybody's link, who came by it and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ReferralTerms(models.Model):
    """What bringing a friend brings, as it is offered now; one row. Each referral keeps the terms it began with."""

    on = models.BooleanField(default=False)
    title = models.CharField(max_length=120, help_text="what the friend reads first")
    text = models.TextField(blank=True)
    friend_reward_id = models.BigIntegerField(null=True, help_text="a voucher for the friend")
    friend_points = models.IntegerField(default=0)
    referrer_reward_id = models.BigIntegerField(null=True, help_text="a voucher for who brought them")
    referrer_points = models.IntegerField(default=0, help_text="0: what the rules of the programme give")
    safe_by = models.CharField(max_length=8, default="window", help_text="window (nothing came back) or second")
    return_days = models.IntegerField(default=30)
    least = models.BigIntegerField(default=0, help_text="what the friend must buy for, base minor units")
    within_days = models.IntegerField(default=90, help_text="the friend buys within so many days")
    most_year = models.IntegerField(null=True, help_text="rewarded friends of one person in 365 days; null: any")
    hold_at = models.IntegerField(default=50, help_text="from this score on somebody looks first")
    keep_days = models.IntegerField(default=180, help_text="hashes of devices and addresses are kept for so long")

    def __str__(self) -> str:
        return self.title


class ReferralCode(models.Model):
    """Somebody's link and code. `shared_us`: the first time it was shown to them or put into a message."""

    node_id = models.BigIntegerField(unique=True)
    code = models.CharField(max_length=16, unique=True)
    device = models.CharField(max_length=64, blank=True, help_text="digest of the device they last looked with")
    place = models.CharField(max_length=64, blank=True, help_text="digest of the network address")
    clicks = models.IntegerField(default=0, db_default=0)
    shared_us = models.BigIntegerField()
    forget_us = models.BigIntegerField(null=True, help_text="when the digests are forgotten")

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """One friend who came. `signals`: [{"key", "weight", "said"}]; `terms`: those it began with."""

    code_id = models.BigIntegerField(db_index=True)
    node_id = models.BigIntegerField(db_index=True, help_text="of who brought them")
    friend_node_id = models.BigIntegerField(unique=True)
    how = models.CharField(max_length=20, help_text="link, or the door where they told the code")
    state = models.CharField(
        max_length=8, default="waiting", help_text="waiting, pending, held, rewarded, void or over"
    )
    terms = models.JSONField()
    clicked_us = models.BigIntegerField(null=True)
    joined_us = models.BigIntegerField(db_index=True)
    device = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="keyed digest; blank when forgotten"
    )
    place = models.CharField(max_length=64, blank=True, help_text="keyed digest of the network address")
    order_id = models.BigIntegerField(null=True, help_text="the first order that counts")
    order_us = models.BigIntegerField(null=True)
    score = models.IntegerField(default=0)
    signals = models.JSONField(default=list)
    approved_us = models.BigIntegerField(null=True, help_text="somebody looked and said yes")
    decided_by = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=200, blank=True)
    look_us = models.BigIntegerField(null=True, help_text="when it is looked at again by itself")
    rewarded_us = models.BigIntegerField(null=True)
    referrer_us = models.BigIntegerField(
        null=True, help_text="the referrer's reward: null also when the cap was reached"
    )
    void_us = models.BigIntegerField(null=True)
    forget_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["look_us"], condition=Q(look_us__isnull=False), name="loyalty_referral_look"),
            models.Index(fields=["state", "id"], name="loyalty_referral_state"),
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.state}"


class ReferralDue(models.Model):
    """Somebody whose referrals are looked at again: an order changed, or people were joined or parted."""

    node_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.node_id)


class WalletKeys(models.Model):
    """What it takes to make passes for one wallet ("apple", "google"). `secret`: encrypted by core.crypto."""

    kind = models.CharField(max_length=8, primary_key=True)
    names = models.JSONField(default=dict, help_text="identifiers that are no secret")
    secret = models.TextField(help_text="JSON of keys and certificates, encrypted")
    saved_us = models.BigIntegerField()
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.kind
