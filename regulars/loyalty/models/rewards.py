"""What points buy and what we give away: rewards, vouchers and their uses, partners and their money, invitations."""

from __future__ import annotations

from django.db import models


class Partner(models.Model):
    """A business that stands behind offers: it pays a share, before (prepaid) or after (postpaid) they are used."""

    name = models.CharField(max_length=120, unique=True)
    contact = models.CharField(max_length=200, blank=True)
    terms = models.CharField(max_length=8, help_text="prepaid or postpaid")
    currency = models.CharField(max_length=3)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Reward(models.Model):
    """Something a voucher is good for. What was issued keeps the terms it was issued with (see Voucher).

    `worth`: minor units (money, gift_card), basis points (percent), 0 otherwise. A partner offer has a full price,
    of which the partner and we pay our shares; the customer pays the rest.
    """

    name = models.CharField(max_length=120)
    text = models.TextField(blank=True, help_text="what people read")
    kind = models.CharField(max_length=10, help_text="money, percent, product, gift_card, partner or thing")
    worth = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    points = models.BigIntegerField(
        null=True, help_text="what it costs in points; null: it cannot be bought with points"
    )
    uses = models.IntegerField(default=1, help_text="how often one code is good")
    valid_days = models.IntegerField(default=90, help_text="0: for ever")
    least = models.BigIntegerField(default=0, help_text="the basket must come to this, minor units")
    products = models.JSONField(default=list, help_text="only these products (keys); empty: any")
    categories = models.JSONField(default=list, help_text="only these categories; empty: any")
    tiers = models.JSONField(default=list, help_text="only for these tiers (keys); empty: for everybody")
    alone = models.BooleanField(default=False, help_text="not together with another code")
    most_each = models.IntegerField(null=True, help_text="how many one person may have; null: any number")
    most = models.IntegerField(null=True, help_text="how many there are in all; null: any number")
    issued = models.IntegerField(default=0, db_default=0)
    used = models.IntegerField(default=0, db_default=0, help_text="uses, less those undone")
    given = models.BigIntegerField(default=0, db_default=0, help_text="minor units taken off, less those given back")
    in_texts = models.CharField(max_length=40, blank=True, help_text="the name under which mails hand it out")
    threshold_id = models.BigIntegerField(
        null=True, help_text="only for who stands across; fallen back, it is taken back"
    )
    partner_id = models.BigIntegerField(null=True)
    full_price = models.BigIntegerField(default=0)
    partner_pays = models.BigIntegerField(default=0)
    we_pay = models.BigIntegerField(default=0)
    starts_us = models.BigIntegerField(null=True)
    ends_us = models.BigIntegerField(null=True)
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    paused_us = models.BigIntegerField(null=True)
    archived_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most=None) | models.Q(issued__lte=models.F("most")), name="loyalty_reward_not_over"
            ),
            models.UniqueConstraint(
                fields=["in_texts"], condition=models.Q(in_texts__gt=""), name="loyalty_reward_name_in_texts"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stacking(models.Model):
    """How codes go together, one row: see rewards.stacking."""

    most_codes = models.IntegerField(default=3)
    most_percent = models.IntegerField(default=100, help_text="codes take at most this share off, gift cards aside")

    def __str__(self) -> str:
        return f"{self.most_codes} codes, {self.most_percent} %"


class Voucher(models.Model):
    """A code and what it is good for, with the terms of the moment it was issued.

    The code itself is not here: `digest` finds it, `sealed` (encrypted) shows it again to whom it belongs; gift
    cards, which are as good as money, keep no sealed copy. `left` is what a gift card still holds.
    """

    reward_id = models.BigIntegerField()
    node_id = models.BigIntegerField(null=True, db_index=True)
    origin = models.CharField(max_length=120, unique=True, help_text="what it was issued for, once and for ever")
    digest = models.CharField(max_length=64, unique=True, help_text="keyed digest of the code")
    sealed = models.TextField(blank=True)
    hint = models.CharField(max_length=4, help_text="the end of the code, to tell codes apart")
    terms = models.JSONField(help_text="kind, worth, least, products, categories, alone, shares of a partner offer")
    currency = models.CharField(max_length=3, blank=True)
    uses = models.IntegerField(null=True, help_text="how often; null: as long as there is money left on it")
    used = models.IntegerField(default=0, db_default=0)
    left = models.BigIntegerField(null=True, help_text="gift cards: minor units")
    points_key = models.CharField(max_length=160, blank=True, help_text="key of the spending that bought it")
    cause = models.CharField(max_length=40, help_text="points, message, hand, referral, threshold, sold ...")
    issued_us = models.BigIntegerField()
    expires_us = models.BigIntegerField(null=True)
    revoked_us = models.BigIntegerField(null=True)
    why_revoked = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses=None) | models.Q(used__lte=models.F("uses")),
                name="loyalty_voucher_not_overused",
            ),
            models.CheckConstraint(
                condition=models.Q(left=None) | models.Q(left__gte=0), name="loyalty_gift_card_not_overdrawn"
            ),
        ]
        indexes = [models.Index(fields=["reward_id", "id"], name="loyalty_voucher_of_reward")]

    def __str__(self) -> str:
        return f"…{self.hint}"


class Redemption(models.Model):
    """One use of a voucher. Never changed: what is undone gets a Reversal."""

    voucher_id = models.BigIntegerField(db_index=True)
    key = models.CharField(max_length=120, unique=True, help_text="the caller's own: the same again is the same use")
    asked = models.CharField(
        max_length=64, help_text="digest of what was asked, to notice a key used for something else"
    )
    node_id = models.BigIntegerField(null=True, db_index=True)
    order_key = models.CharField(max_length=120, blank=True, db_index=True)
    amount = models.BigIntegerField(help_text="minor units taken off, or paid by gift card")
    currency = models.CharField(max_length=3, blank=True)
    at = models.BigIntegerField(db_index=True)
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.key


class Reversal(models.Model):
    """A use undone: the code is good again, a gift card has its money back."""

    redemption_id = models.BigIntegerField()
    key = models.CharField(max_length=120, unique=True)
    amount = models.BigIntegerField(help_text="minor units given back")
    whole = models.BooleanField(help_text="the use itself is given back too")
    reason = models.CharField(max_length=200)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["redemption_id"], condition=models.Q(whole=True), name="loyalty_reversed_once"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Guess(models.Model):
    """How many codes somebody tried that do not exist, per hour: guessing is slowed down before it can succeed."""

    who = models.CharField(max_length=64, help_text="digest of a device, account or address")
    hour = models.BigIntegerField()
    wrong = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "hour"], name="loyalty_guess_once")]

    def __str__(self) -> str:
        return f"{self.wrong} wrong"


class PartnerEntry(models.Model):
    """The account of a partner, append-only. Positive: they owe us (shares of what was used); negative: they paid."""

    partner_id = models.BigIntegerField()
    key = models.CharField(max_length=140, unique=True)
    kind = models.CharField(max_length=10, help_text="deposit, used, reversed, paid or corrected")
    amount = models.BigIntegerField()
    redemption_id = models.BigIntegerField(null=True)
    reward_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["partner_id", "id"], name="loyalty_partner_account")]

    def __str__(self) -> str:
        return self.key


class Statement(models.Model):
    """A settlement with a partner: every entry after the last statement up to one entry. Never changed."""

    partner_id = models.BigIntegerField()
    number = models.IntegerField()
    after_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    opening = models.BigIntegerField()
    uses = models.IntegerField()
    amount = models.BigIntegerField(help_text="their share of the uses, net of what was undone")
    paid = models.BigIntegerField(help_text="deposits and payments")
    closing = models.BigIntegerField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner_id", "number"], name="loyalty_statement_number")]

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.number}"


class Evening(models.Model):
    """Something people are invited to, with so many places: an evening, a match, a first look."""

    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    starts_us = models.BigIntegerField()
    answer_by_us = models.BigIntegerField()
    places = models.IntegerField()
    taken = models.IntegerField(default=0, db_default=0)
    guests = models.IntegerField(default=0, help_text="how many each may bring")
    segment_id = models.BigIntegerField(null=True, help_text="who is invited; null: only people added by hand")
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    cancelled_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__gte=0) & models.Q(taken__lte=models.F("places")),
                name="loyalty_evening_not_overfull",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """One person invited, and their answer. `seats` are theirs as long as the answer is yes."""

    evening_id = models.BigIntegerField()
    node_id = models.BigIntegerField(db_index=True)
    answer = models.CharField(max_length=8, blank=True, help_text="yes, no, waiting; blank: not yet")
    seats = models.IntegerField(default=0, help_text="with guests")
    wanted = models.IntegerField(default=0, help_text="seats asked for by somebody who waits")
    invited_us = models.BigIntegerField()
    answered_us = models.BigIntegerField(null=True)
    came_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evening_id", "node_id"], name="loyalty_invited_once")]
        indexes = [models.Index(fields=["evening_id", "answer", "answered_us"], name="loyalty_evening_list")]

    def __str__(self) -> str:
        return f"{self.evening_id}: {self.answer or 'not answered'}"
