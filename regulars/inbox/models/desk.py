"""When the desk is open, and what was promised for which kind of conversation, on which account."""

from __future__ import annotations

from django.db import models


class Desk(models.Model):
    """When somebody answers. Row 1 is the shop's; others are for accounts or kinds that are answered at other hours.
    Clocks run only then."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=60, blank=True, help_text="empty: the time zone of the shop")
    week = models.JSONField(default=list, help_text='per weekday from Monday: [["09:00", "17:30"], ...]')
    holidays = models.JSONField(default=dict, help_text='{"2026-12-25": "Christmas Day"}')
    second_eyes = models.BooleanField(default=True, help_text="row 1: hiding and deleting needs a second person")

    def __str__(self) -> str:
        return self.name or "desk"


class Routing(models.Model):
    """What the shop decided for one kind of case, everywhere or on one account: how quickly it is answered, and by
    whom. The nearest counts: kind and account, then the account (kind ""), then the kind (account 0)."""

    kind = models.CharField(max_length=20, blank=True)
    account_id = models.BigIntegerField(default=0, help_text="channels.Account; 0: all")
    desk_id = models.SmallIntegerField(default=1)
    hours = models.FloatField(null=True, help_text="business hours until the first answer; null: as the kind says")
    next_hours = models.FloatField(null=True, help_text="until each further answer; null: as the first")
    warn_hours = models.FloatField(null=True, help_text="warned so long before; null: a quarter of the time")
    patience_hours = models.FloatField(default=4, help_text="from overdue until the owners of the business are told")
    hand_on = models.BooleanField(default=False, help_text="who does not answer in time loses it to the next")
    share = models.CharField(max_length=8, default="turn", help_text="turn: who has fewest; none: nobody at first")
    owners = models.JSONField(default=list, help_text="team.User ids that take turns; empty: all who may answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "account_id"], name="inbox_routing_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"
