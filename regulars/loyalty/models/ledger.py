"""The books: what was posted, its legs, the lots it made and moved, and what can be computed from them.

`Txn`, `Entry` and `LotMove` only grow: the database itself refuses to change or delete a leg or a move. The amounts
on `Lot` and all of `Balance` are sums of moves and entries, kept in the same transaction; `ledger.rebuild` makes them
again. Written by `loyalty.ledger` alone.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

STATES = ("pending", "active", "held", "spent", "expired", "clawed")


class Txn(models.Model):
    """One posting: unique for ever by (programme, source, kind, external id)."""

    tx = models.BigIntegerField(default=0)
    programme_id = models.BigIntegerField()
    asset = models.CharField(max_length=20, default="points")
    kind = models.CharField(
        max_length=12, help_text="earn, spend, claw, hold, capture, release, giveback, adjust, ..."
    )
    source = models.CharField(max_length=40, help_text="who says so: orders, api, till:2, hand, clock")
    external_id = models.CharField(max_length=200)
    node_id = models.BigIntegerField(help_text="in whose name")
    amount = models.BigIntegerField(help_text="what was asked for, in the smallest unit")
    after = models.BigIntegerField(help_text="what the person could spend right after it")
    occurred_us = models.BigIntegerField()
    recorded_us = models.BigIntegerField()
    actor = models.CharField(max_length=40, default="system")
    rule_version = models.CharField(max_length=40, blank=True)
    reverses_id = models.BigIntegerField(null=True)
    request_hash = models.CharField(max_length=64)
    request = models.JSONField(help_text="what was asked, enough to post it again into empty books")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme_id", "source", "kind", "external_id"], name="loyalty_txn_once")
        ]
        indexes = [
            models.Index(fields=["node_id", "id"], name="loyalty_txn_node"),
            models.Index(fields=["tx", "id"], name="loyalty_txn_log"),
            models.Index(fields=["reverses_id"], condition=Q(reverses_id__isnull=False), name="loyalty_txn_reverses"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Entry(models.Model):
    """One leg. An account is (programme, asset, name, owner); legs of a transaction sum to zero."""

    txn = models.ForeignKey(Txn, on_delete=models.PROTECT)
    asset = models.CharField(max_length=20)
    account = models.CharField(
        max_length=12,
        help_text="pending, active, held, debt: a member's; issued, redeemed, expired, clawed, written_off",
    )
    owner_id = models.BigIntegerField(null=True, help_text="the member's node")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="loyalty_entry_says_something")]
        indexes = [
            models.Index(fields=["owner_id"], condition=Q(owner_id__isnull=False), name="loyalty_entry_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+}"


class Lot(models.Model):
    """Points given together. Its number is that of the transaction that granted it."""

    id = models.BigIntegerField(primary_key=True)
    programme_id = models.BigIntegerField()
    asset = models.CharField(max_length=20, default="points")
    node_id = models.BigIntegerField()
    cause = models.CharField(max_length=20, help_text="purchase, signup, review, referral, birthday, gift, ...")
    funder = models.CharField(max_length=40, blank=True, help_text="empty: we do; partner:<id>")
    origin = models.CharField(max_length=80, blank=True, help_text="what it was given for: order:<id>")
    order_line = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=80, blank=True)
    budget_id = models.BigIntegerField(null=True, help_text="the budget it was paid from")
    of_lot_id = models.BigIntegerField(null=True, help_text="the expired lot it replaces for some days of grace")
    granted_us = models.BigIntegerField()
    activates_us = models.BigIntegerField()
    expires_us = models.BigIntegerField(null=True)
    granted = models.BigIntegerField()
    rest = models.BigIntegerField(help_text="pending, active and held together: what can still change by itself")
    pending = models.BigIntegerField(default=0)
    active = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    clawed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    rest=F("pending") + F("active") + F("held"),
                    granted=F("rest") + F("spent") + F("expired") + F("clawed"),
                ),
                name="loyalty_lot_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(granted__gt=0, **{f"{state}__gte": 0 for state in STATES}),
                name="loyalty_lot_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["node_id", "id"], name="loyalty_lot_node"),
            models.Index(fields=["node_id"], condition=Q(rest__gt=0), name="loyalty_lot_open"),
            models.Index(fields=["origin"], condition=Q(origin__gt=""), name="loyalty_lot_origin"),
            models.Index(fields=["activates_us"], condition=Q(pending__gt=0), name="loyalty_lot_activates"),
            models.Index(fields=["expires_us"], condition=Q(active__gt=0), name="loyalty_lot_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.granted} for {self.cause}"


class LotMove(models.Model):
    """A part of a lot that changed its state, and for whose sake (another node than the lot's: spent jointly)."""

    lot_id = models.BigIntegerField()
    txn = models.ForeignKey(Txn, on_delete=models.PROTECT)
    state_from = models.CharField(max_length=8, help_text="granted, or a state")
    state_to = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    node_id = models.BigIntegerField(help_text="for whose sake")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="loyalty_move_positive")]
        indexes = [models.Index(fields=["lot_id"], name="loyalty_move_lot")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state_from} > {self.state_to}"


class Balance(models.Model):
    """What one node has. A person has the sum over its nodes; `debt` is what they owe, as a positive number."""

    node_id = models.BigIntegerField()
    programme_id = models.BigIntegerField()
    asset = models.CharField(max_length=20, default="points")
    pending = models.BigIntegerField(default=0)
    active = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0)
    due_us = models.BigIntegerField(null=True, help_text="when a lot activates or expires, or a hold ends, next")
    version = models.BigIntegerField(default=0, help_text="postings so far")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node_id", "programme_id", "asset"], name="loyalty_balance_once"),
            models.CheckConstraint(
                condition=Q(pending__gte=0, active__gte=0, held__gte=0, debt__gte=0),
                name="loyalty_balance_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["due_us"], condition=Q(due_us__isnull=False), name="loyalty_balance_due")]

    def __str__(self) -> str:
        return f"{self.active} (+{self.pending})"


class Hold(models.Model):
    """Points put aside at a checkout until they are captured or released; its number is its transaction's."""

    id = models.BigIntegerField(primary_key=True)
    programme_id = models.BigIntegerField()
    asset = models.CharField(max_length=20, default="points")
    node_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    made_us = models.BigIntegerField()
    expires_us = models.BigIntegerField()
    captured_us = models.BigIntegerField(null=True)
    released_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["node_id"], condition=Q(captured_us=None, released_us=None), name="loyalty_hold_open"
            ),
            models.Index(
                fields=["expires_us"], condition=Q(captured_us=None, released_us=None), name="loyalty_hold_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} held"


class Reason(models.Model):
    """Why somebody gave or took points by hand, in their words."""

    txn_id = models.BigIntegerField(primary_key=True)
    node_id = models.BigIntegerField(db_index=True)
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.text


class BooksCheck(models.Model):
    """A look at all books: which invariants did not hold. Numbers of rows only."""

    at = models.BigIntegerField()
    broken = models.JSONField(default=list, help_text="[{invariant, count, examples}]")

    def __str__(self) -> str:
        return f"{len(self.broken)} broken"


class Budget(models.Model):
    """At most so many points may be given out of it. `given` is what its shares got."""

    programme_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    most = models.BigIntegerField()
    given = models.BigIntegerField(default=0)
    made_us = models.BigIntegerField()
    made_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(given__gte=0, given__lte=F("most")), name="loyalty_budget_kept")
        ]

    def __str__(self) -> str:
        return self.name


class BudgetShare(models.Model):
    """A part of a budget that whoever earns takes from, so that they do not all wait for one row."""

    budget_id = models.BigIntegerField(db_index=True)
    rest = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rest__gte=0), name="loyalty_share_kept")]

    def __str__(self) -> str:
        return str(self.rest)


class Estimate(models.Model):
    """How many points of a million are expected to be used, from a moment on. Never changed."""

    programme_id = models.BigIntegerField()
    ppm = models.IntegerField()
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.ppm / 10_000} %"


class LiabilityReport(models.Model):
    """What was owed in points at a moment, by monthly cohort: sums over everybody."""

    programme_id = models.BigIntegerField()
    at = models.BigIntegerField()
    rows = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.at)
