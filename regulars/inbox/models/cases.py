"""Cases and conversations, what was said and done in them, who is told of it, and who looks at them."""

from __future__ import annotations

from django.db import models


class Case(models.Model):
    """Something to do for a person. `snoozed_us` is until when; open means neither closed nor snoozed by now."""

    kind = models.CharField(max_length=20)
    origin = models.CharField(
        max_length=120, unique=True, help_text="feedback:response:12; of a thread: net:<account>:<hash>"
    )
    title = models.CharField(max_length=200)
    node_id = models.BigIntegerField(null=True, db_index=True, help_text="null: nobody in particular")
    owner = models.CharField(max_length=40, blank=True, help_text="user:7; empty: unassigned")
    priority = models.SmallIntegerField(default=0, help_text="0 normal, 1 high, 2 urgent")
    facts = models.JSONField(default=dict, help_text="numbers that stand beside it: score, order, ...")
    opened_us = models.BigIntegerField()
    opened_by = models.CharField(max_length=40)
    due_us = models.BigIntegerField(null=True, help_text="by when the first answer was promised")
    first_us = models.BigIntegerField(null=True, help_text="first answered by a colleague")
    snoozed_us = models.BigIntegerField(null=True, help_text="asleep until")
    reminded_us = models.BigIntegerField(null=True, help_text="the owner was told that it is overdue")
    escalated_us = models.BigIntegerField(null=True, help_text="the owners of the business were told")
    changed_us = models.BigIntegerField()
    closed_us = models.BigIntegerField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="one of the kind's")
    # what makes a case a conversation: somebody talks with us on an account
    account_id = models.BigIntegerField(null=True, help_text="channels.Account; null: a case without a conversation")
    author_id = models.BigIntegerField(null=True, db_index=True, help_text="channels.Author who began it")
    audience = models.CharField(max_length=8, blank=True, help_text="public, private or both: who has read it so far")
    waiting_us = models.BigIntegerField(null=True, help_text="since when they wait for us; null: they do not")
    next_due_us = models.BigIntegerField(
        null=True, help_text="by when something is owed now: the first or next answer"
    )
    warn_us = models.BigIntegerField(null=True, help_text="the owner is warned then; null: nothing to warn of")
    window_us = models.BigIntegerField(null=True, help_text="until when the network lets us answer in private")
    last_us = models.BigIntegerField(null=True, help_text="the last word of anybody, notes aside")
    last_by = models.CharField(max_length=8, blank=True, help_text="who said it: person, us or other")
    turn_us = models.BigIntegerField(default=0, help_text="place in lists: what is owed first, else the newest word")
    preview = models.CharField(max_length=200, blank=True)
    labels = models.JSONField(default=list)
    feels = models.CharField(max_length=8, blank=True, help_text="how their last word reads; never more than a hint")
    intent = models.CharField(max_length=10, blank=True)
    solve_us = models.BigIntegerField(null=True, help_text="business time from opening to closing")
    reopened = models.SmallIntegerField(default=0, help_text="how often it went on after it was closed")
    merged_into = models.BigIntegerField(null=True, help_text="the conversation that goes on instead")

    class Meta:
        indexes = [
            models.Index(fields=["turn_us", "id"], condition=models.Q(closed_us=None), name="inbox_case_open"),
            models.Index(
                fields=["owner", "turn_us", "id"], condition=models.Q(closed_us=None), name="inbox_case_mine"
            ),
            models.Index(
                fields=["next_due_us", "id"], condition=models.Q(next_due_us__isnull=False), name="inbox_case_owed"
            ),
            models.Index(fields=["warn_us"], condition=models.Q(warn_us__isnull=False), name="inbox_case_warn"),
            models.Index(fields=["waiting_us"], condition=models.Q(waiting_us__isnull=False), name="inbox_case_wait"),
            models.Index(
                fields=["snoozed_us"], condition=models.Q(snoozed_us__isnull=False), name="inbox_case_asleep"
            ),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="inbox_case_merged"
            ),
            models.Index(
                fields=["owner", "snoozed_us", "next_due_us", "waiting_us"],
                condition=models.Q(closed_us=None),
                name="inbox_case_counts",
            ),
            # a part of the table: SQLite took "closed_us IS NULL" from a whole one, and sorted all that is open
            models.Index(
                fields=["closed_us", "id"], condition=models.Q(closed_us__isnull=False), name="inbox_case_closed"
            ),
            models.Index(
                fields=["closed_us", "merged_into", "account_id", "kind", "outcome", "reopened", "solve_us"],
                condition=models.Q(closed_us__isnull=False),
                name="inbox_case_ends",
            ),
            models.Index(fields=["opened_us", "id"], name="inbox_case_opened"),
            models.Index(fields=["opened_us", "id"], condition=models.Q(account_id=None), name="inbox_case_own"),
        ]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """What was said or done in a case. Ours never change, but for erasure; what others said is as it stands there."""

    case_id = models.BigIntegerField()
    kind = models.CharField(
        max_length=8, help_text="said (to us), other (said there, not to us), answer, note, event"
    )
    public = models.BooleanField(default=False, help_text="everybody could read it")
    by = models.CharField(max_length=40, help_text="user:7, person, system")
    at = models.BigIntegerField()
    text = models.TextField(blank=True)
    facts = models.JSONField(default=dict, help_text="of an event: what changed; of an answer: by which way")
    item_id = models.BigIntegerField(null=True, unique=True, help_text="channels.Item it shows, as edited there")
    post_id = models.BigIntegerField(null=True, unique=True, help_text="channels.Post that carries our answer")
    author_id = models.BigIntegerField(null=True, help_text="channels.Author who said it")
    to_author_id = models.BigIntegerField(null=True, help_text="of an answer: whom it answers; null: everybody there")
    automatic = models.BooleanField(default=False, help_text="said by no person: never starts or stops a clock")
    heard_us = models.BigIntegerField(null=True, help_text="clocks count from here; null: it asks for nothing")
    seen_us = models.BigIntegerField(null=True, help_text="when the house had read it")
    sent_us = models.BigIntegerField(null=True, help_text="of an answer: when it was really out; null: not yet")
    gone_us = models.BigIntegerField(null=True, help_text="deleted there, or hidden by us: it no longer asks")

    class Meta:
        indexes = [models.Index(fields=["case_id", "at", "id"], name="inbox_entry_of")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Notice(models.Model):
    """A colleague is told about a case: mentioned, given to them, overdue."""

    user_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    what = models.CharField(
        max_length=10, help_text="mention, given, said, soon, overdue, lost, escalated, awake, reopened, failed"
    )
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
