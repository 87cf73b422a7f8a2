"""Accounts, who speaks there, what was said, and what we say."""

from __future__ import annotations

from django.db import models


class Account(models.Model):
    """A place where we read or write. Its secrets are encrypted; `state` holds what its line remembers."""

    kind = models.CharField(max_length=20, help_text="a folder in channels/providers")
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=200, blank=True, help_text="how others address us there")
    external = models.CharField(max_length=200, blank=True, help_text="our own id there")
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True, help_text="JSON, encrypted by core.crypto")
    state = models.JSONField(default=dict, help_text='{"sealed": what its line remembers, encrypted}')
    cursor = models.JSONField(default=dict)
    reads = models.BooleanField(default=True)
    writes = models.BooleanField(default=True)
    keep_days = models.IntegerField(null=True, help_text="what strangers said is kept so long; null: as the house")
    next_us = models.BigIntegerField(default=0, help_text="asked next")
    leased_us = models.BigIntegerField(default=0, help_text="somebody asks until then")
    read_us = models.BigIntegerField(null=True, help_text="last asked with success")
    failing_us = models.BigIntegerField(null=True)
    failures = models.IntegerField(default=0, help_text="in a row")
    trouble = models.CharField(max_length=300, blank=True)
    expires_us = models.BigIntegerField(null=True, help_text="when its key ends")
    paused_us = models.BigIntegerField(null=True)
    paused_why = models.CharField(max_length=300, blank=True)
    connected_by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_us"], condition=models.Q(archived_us=None), name="channels_account_due")
        ]

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """Somebody on a network. `node_id` is set only by what they said themselves or what proves it."""

    network = models.CharField(max_length=20)
    external = models.CharField(max_length=300)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    avatar = models.CharField(max_length=500, blank=True)
    followers = models.BigIntegerField(null=True)
    bot = models.BooleanField(default=False)
    node_id = models.BigIntegerField(null=True, db_index=True)
    proof = models.CharField(max_length=20, blank=True, help_text="said, email, phone, sign-in, colleague, undone")
    proved_by = models.CharField(max_length=40, blank=True)
    proved_us = models.BigIntegerField(null=True)
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "external"], name="channels_author_once")]

    def __str__(self) -> str:
        return self.handle or self.name


class Item(models.Model):
    """One thing said. Edits change it, deletion empties it; the row stays, so that late news of it find it."""

    account_id = models.BigIntegerField()
    external = models.CharField(max_length=400)
    kind = models.CharField(max_length=10)
    public = models.BooleanField()
    to_us = models.BooleanField()
    ours = models.BooleanField(default=False)
    thread = models.CharField(max_length=400)
    parent = models.CharField(max_length=400, blank=True)
    author_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    url = models.CharField(max_length=600, blank=True)
    stars = models.FloatField(null=True)
    media = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    at = models.BigIntegerField(help_text="when it was said")
    seen_us = models.BigIntegerField(help_text="when we read it first")
    read_us = models.BigIntegerField(help_text="when these words were read")
    measured_us = models.BigIntegerField(help_text="when these metrics were read")
    edited_us = models.BigIntegerField(null=True)
    deleted_us = models.BigIntegerField(null=True, help_text="gone there; its words are gone here too")
    hidden_us = models.BigIntegerField(null=True, help_text="hidden by us")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "external"], name="channels_item_once")]
        indexes = [
            models.Index(fields=["account_id", "thread", "at"], name="channels_item_thread"),
            models.Index(fields=["author_id", "-at"], name="channels_item_author"),
            models.Index(fields=["at", "id"], name="channels_item_at"),
            models.Index(
                fields=["account_id", "parent"], condition=models.Q(ours=True), name="channels_item_answers"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PostState(models.IntegerChoices):
    """Where a post stands; see docs/architecture.md. Numbers are for ever."""

    HELD = 0  # waits for a second person, or for what the gate asks
    PLANNED = 1
    CLAIMED = 2
    HANDING_OFF = 3
    HANDED_OFF = 4
    CONFIRMED = 5  # read back: it is there
    FAILED = 6
    UNKNOWN = 7
    CANCELLED = 8
    REMOVED = 9


class Post(models.Model):
    """One thing we say on one account, exactly once: `key` is its natural key, for ever."""

    key = models.CharField(max_length=120, unique=True)
    account_id = models.BigIntegerField(db_index=True)
    purpose = models.CharField(max_length=10, help_text="post, reply, private, correction")
    origin = models.CharField(max_length=80, blank=True, help_text="case:12, plan:7: who asked for it")
    item_id = models.BigIntegerField(null=True, help_text="what it answers")
    author_id = models.BigIntegerField(null=True, help_text="who it is for, in private")
    public = models.BooleanField()
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=8, blank=True)
    pictures = models.JSONField(default=list, help_text='[{"picture": 12, "alt": "..."}] of the library')
    facts = models.JSONField(default=dict)
    examined = models.JSONField(default=dict, help_text="what the honesty gate said of exactly this text")
    state = models.SmallIntegerField(choices=PostState, default=PostState.PLANNED)
    due_us = models.BigIntegerField()
    leased_us = models.BigIntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    external = models.CharField(max_length=400, blank=True)
    url = models.CharField(max_length=600, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    handed_us = models.BigIntegerField(null=True)
    confirmed_us = models.BigIntegerField(null=True)
    look_us = models.BigIntegerField(null=True, help_text="looked after next")
    metrics = models.JSONField(default=dict)
    measured_us = models.BigIntegerField(null=True)
    by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["due_us", "id"], condition=models.Q(state=1), name="channels_post_due"),
            models.Index(
                fields=["state", "leased_us"], condition=models.Q(state__in=(2, 3)), name="channels_post_held"
            ),
            models.Index(fields=["id"], condition=models.Q(state=0), name="channels_post_waits"),
            models.Index(fields=["look_us"], condition=models.Q(look_us__isnull=False), name="channels_post_look"),
            models.Index(fields=["account_id", "external"], name="channels_post_external"),
            models.Index(fields=["origin", "id"], name="channels_post_origin"),
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """Every try to say something, and what came of it."""

    post_id = models.BigIntegerField(db_index=True)
    at = models.BigIntegerField()
    state = models.CharField(max_length=12)
    code = models.CharField(max_length=60, blank=True)
    reply = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.post_id} {self.state}"


class Brake(models.Model):
    """Nothing goes out in public while one is pulled: one row per pull, kept."""

    why = models.CharField(max_length=300)
    pulled_by = models.CharField(max_length=40)
    pulled_us = models.BigIntegerField()
    released_by = models.CharField(max_length=40, blank=True)
    released_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.why


class Spent(models.Model):
    """What an account used up of something that ends: units of a quota, money. One row per period."""

    account_id = models.BigIntegerField()
    name = models.CharField(max_length=20, help_text="units, or a currency in millionths")
    period = models.CharField(max_length=10, help_text="2026-11-22 or 2026-11")
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "name", "period"], name="channels_spent_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.name} {self.period}"
