"""Cases, what was said and done in them, who is told of it, who looks at them, and when the desk is open."""

from __future__ import annotations

from django.db import models


class Desk(models.Model):
    """When somebody answers: one row, id 1. Clocks run only then."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    week = models.JSONField(default=list, help_text='per weekday from Monday: [["09:00", "17:30"], ...]')
    holidays = models.JSONField(default=dict, help_text='{"2026-12-25": "Christmas Day"}')

    def __str__(self) -> str:
        return "desk"


class Routing(models.Model):
    """What the shop decided for one kind of case: how quickly it is answered, and by whom."""

    kind = models.CharField(max_length=20, unique=True)
    hours = models.FloatField(null=True, help_text="business hours until it is due; null: as the kind says")
    share = models.CharField(max_length=8, default="turn", help_text="turn: who has fewest; none: nobody at first")
    owners = models.JSONField(default=list, help_text="team.User ids that take turns; empty: all who may answer")

    def __str__(self) -> str:
        return self.kind


class Case(models.Model):
    """Something to do for a person. `snoozed_us` is until when; open means neither closed nor snoozed by now."""

    kind = models.CharField(max_length=20)
    origin = models.CharField(max_length=120, unique=True, help_text="what it is about: feedback:response:12")
    title = models.CharField(max_length=200)
    node_id = models.BigIntegerField(null=True, db_index=True, help_text="null: nobody in particular")
    owner = models.CharField(max_length=40, blank=True, help_text="user:7; empty: unassigned")
    priority = models.SmallIntegerField(default=0, help_text="0 normal, 1 high, 2 urgent")
    facts = models.JSONField(default=dict, help_text="numbers that stand beside it: score, order, ...")
    opened_us = models.BigIntegerField(db_index=True)
    opened_by = models.CharField(max_length=40)
    due_us = models.BigIntegerField(null=True)
    first_us = models.BigIntegerField(null=True, help_text="first answered by a colleague")
    snoozed_us = models.BigIntegerField(null=True, help_text="asleep until")
    reminded_us = models.BigIntegerField(null=True, help_text="the owner was told that it is overdue")
    escalated_us = models.BigIntegerField(null=True, help_text="the owners of the business were told")
    changed_us = models.BigIntegerField()
    closed_us = models.BigIntegerField(null=True, db_index=True)
    closed_by = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="one of the kind's")
    # what makes a case a conversation: somebody talks with us on an account
    account_id = models.BigIntegerField(null=True, help_text="channels.Account; null: a case without a conversation")
    thread = models.CharField(max_length=400, blank=True, help_text="the item its thread begins with")
    author_id = models.BigIntegerField(null=True, db_index=True, help_text="channels.Author who began it")
    audience = models.CharField(max_length=8, blank=True, help_text="public, private or both: who has read it so far")
    waiting_us = models.BigIntegerField(null=True, help_text="since when they wait for us; null: they do not")
    next_due_us = models.BigIntegerField(null=True, help_text="by when the next answer is promised")
    window_us = models.BigIntegerField(null=True, help_text="until when the network lets us answer in private")
    last_us = models.BigIntegerField(null=True, help_text="the last word of anybody, notes aside")
    preview = models.CharField(max_length=200, blank=True)
    labels = models.JSONField(default=list)
    merged_into = models.BigIntegerField(null=True, help_text="the conversation that goes on instead")

    class Meta:
        indexes = [
            models.Index(fields=["due_us", "id"], condition=models.Q(closed_us=None), name="inbox_case_open"),
            models.Index(
                fields=["owner", "due_us", "id"], condition=models.Q(closed_us=None), name="inbox_case_mine"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """What was said or done in a case, in order. Never changed, but for erasure."""

    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, help_text="said (by the person), answer (to them), note (to us), event")
    public = models.BooleanField(default=False, help_text="everybody could read it")
    by = models.CharField(max_length=40, help_text="user:7, person, system")
    at = models.BigIntegerField()
    text = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="of an event: what changed; of an answer: by which way")
    item_id = models.BigIntegerField(null=True, unique=True, help_text="channels.Item it shows, as edited there")
    post_id = models.BigIntegerField(null=True, unique=True, help_text="channels.Post that carries our answer")
    author_id = models.BigIntegerField(null=True, help_text="channels.Author who said it")
    automatic = models.BooleanField(default=False, help_text="said by no person: never stops a clock")

    class Meta:
        indexes = [models.Index(fields=["case_id", "id"], name="inbox_entry_of")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Notice(models.Model):
    """A colleague is told about a case: mentioned, given to them, overdue."""

    user_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    what = models.CharField(max_length=10, help_text="mention, given, overdue, escalated, awake, reopened")
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()
    seen_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user_id", "-id"], condition=models.Q(seen_us=None), name="inbox_notice_new")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.what} {self.case_id}"


class Looking(models.Model):
    """Who has a case open just now, and when they last typed."""

    case_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    seen_us = models.BigIntegerField()
    typed_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "user_id"], name="inbox_looking_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.case_id}"


from regulars.inbox.understanding.models import (  # noqa: E402, F401 - tables
    Label,
    ReadDue,
    Reading,
    ReadingRules,
    TextModel,
)
