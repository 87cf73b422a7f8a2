"""Messages and what decides about them. Every intended message is a row with a natural key before it is sent."""

from __future__ import annotations

from django.db import models


class Topic(models.Model):
    """What a customer can choose to hear about; a purpose of the consent ledger is `key`."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    order = models.IntegerField(default=0)
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Server(models.Model):
    """One way out: an SMTP server, a mail service, an SMS gateway. Its secrets are encrypted.

    The state of its limits (tokens left, back-off, when tried last) is kept by delivery in `state`.
    """

    name = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=10, help_text="email or sms")
    kind = models.CharField(max_length=20, help_text="a folder in channels/providers")
    settings = models.JSONField(default=dict, help_text="host, port, ... without secrets")
    secrets = models.TextField(blank=True, help_text="JSON, encrypted by core.crypto")
    lanes = models.CharField(max_length=40, default="bulk,transactional")
    weight = models.IntegerField(default=1, help_text="share of the messages among the servers of a channel")
    per_second = models.FloatField(null=True, help_text="most messages per second; null: no limit")
    domain_limits = models.JSONField(default=dict, help_text="{recipient domain: messages per second}")
    state = models.JSONField(default=dict)
    paused_us = models.BigIntegerField(null=True)
    paused_why = models.CharField(max_length=300, blank=True)
    created_us = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class MailToken(models.Model):
    """What a mail service gave last for a refresh token that somebody entered; see oauth.py."""

    mark = models.CharField(max_length=64, unique=True, help_text="keyed hash of what was entered, and where")
    token = models.TextField(help_text="JSON {access, refresh, until}, encrypted by core.crypto")
    at_us = models.BigIntegerField(help_text="when it was given")

    def __str__(self) -> str:
        return self.mark[:8]


class Sender(models.Model):
    """Who a message is from: address and name, where replies go, and the DKIM key of its domain."""

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, default="email")
    address = models.CharField(max_length=254, help_text="e-mail address, phone number or alphanumeric sender")
    reply_to = models.CharField(max_length=254, blank=True, help_text="the mailbox people read")
    bounce_domain = models.CharField(max_length=254, blank=True, help_text="domain of the VERP return path")
    dkim_selector = models.CharField(max_length=63, blank=True)
    dkim_key = models.TextField(blank=True, help_text="RSA private key in PEM, encrypted by core.crypto; it signs")
    next_selector = models.CharField(max_length=63, blank=True)
    next_key = models.TextField(blank=True, help_text="a fresh key, signs once its record was seen in the DNS")
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Mailbox(models.Model):
    """A mailbox that is read over IMAP: where bounces come back, or where people's answers go.

    `seen` is {"validity", "uid"}: how far it was read, so that reading again begins where it stopped.
    """

    name = models.CharField(max_length=80, unique=True)
    purpose = models.CharField(max_length=10, default="bounces", help_text="bounces, or replies (people read it too)")
    host = models.CharField(max_length=254)
    port = models.IntegerField(default=993)
    tls = models.CharField(max_length=10, default="implicit", help_text="implicit, starttls or none")
    username = models.CharField(max_length=254)
    password = models.TextField(help_text="encrypted by core.crypto; with OAuth the refresh token")
    oauth = models.JSONField(default=dict, help_text="{url, client, scope, secret (encrypted)}; empty: by password")
    folder = models.CharField(max_length=120, default="INBOX")
    clear = models.BooleanField(default=False, help_text="delete what was read and is no person's")
    seen = models.JSONField(default=dict)
    read_us = models.BigIntegerField(null=True, help_text="last read without trouble")
    trouble = models.CharField(max_length=300, blank=True, help_text="what went wrong when it was last tried")
    paused_us = models.BigIntegerField(null=True)
    created_us = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Campaign(models.Model):
    """What messages belong to, with everything the decision about them needs to know.

    `origin` says what made it ("broadcast:3", "step:7:welcome", "transactional:receipt") and is unique, so that
    making it twice is making it once. Counts are kept by delivery.
    """

    origin = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    channel = models.CharField(max_length=10, default="email")
    lane = models.CharField(max_length=14, default="bulk", help_text="bulk or transactional")
    purpose = models.CharField(
        max_length=40, default="marketing", help_text="a purpose of the consent ledger, or transactional"
    )
    topic = models.CharField(max_length=40, blank=True, help_text="Topic.key; empty: no topic")
    priority = models.IntegerField(default=50, help_text="0 to 100; higher wins")
    holdout = models.FloatField(default=0.0, help_text="share of people never sent, 0 to 1")
    sender_id = models.BigIntegerField(null=True)
    version_id = models.BigIntegerField(null=True, help_text="content.TemplateVersion")
    per_hour = models.IntegerField(null=True, help_text="throttle: most messages an hour")
    expires_after_us = models.BigIntegerField(null=True, help_text="a message waiting longer than this is skipped")
    counts = models.JSONField(default=dict, help_text="{state: messages}, renewed by delivery")
    counted_us = models.BigIntegerField(null=True)
    paused_us = models.BigIntegerField(null=True)
    paused_why = models.CharField(max_length=300, blank=True)
    stopped_us = models.BigIntegerField(null=True)
    created_us = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class State(models.IntegerChoices):
    """The life of a message. Only rows in HANDING_OFF become UNKNOWN after a crash."""

    PLANNED = 0
    CLAIMED = 1
    HANDING_OFF = 2
    HANDED_OFF = 3
    DELIVERED = 4
    BOUNCED = 5
    FAILED = 6
    SKIPPED = 7
    UNKNOWN = 8


class Message(models.Model):
    """One intended message to one person. `key` is unique for ever: planning it twice is planning it once.

    `node_id` is the person's number when it was planned; who it is now says the node map. `forecast` is the decision
    at planning, `decision` the one at hand-off, the one that counts: {"verdict", "rule", ...numbers}.
    """

    key = models.CharField(max_length=120)
    campaign_id = models.BigIntegerField()
    node_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    lane = models.SmallIntegerField(default=0, help_text="0 bulk, 1 transactional")
    address = models.CharField(
        max_length=254, blank=True, db_default="", help_text="where it went; empty until claimed, or after erasure"
    )
    language = models.CharField(max_length=12, blank=True, db_default="")
    version_id = models.BigIntegerField(null=True, help_text="content.TemplateVersion")
    context = models.JSONField(null=True, help_text="what upper rooms supplied for rendering")
    state = models.SmallIntegerField(choices=State.choices, default=State.PLANNED, db_default=0)
    priority = models.SmallIntegerField(default=50)
    due_us = models.BigIntegerField(help_text="not before; moved on while it waits")
    planned_us = models.BigIntegerField()
    expires_us = models.BigIntegerField(null=True, help_text="from then on it is skipped")
    forecast = models.JSONField(null=True)
    decision = models.JSONField(null=True)
    decided_us = models.BigIntegerField(null=True)
    claimed_by = models.CharField(max_length=40, blank=True, db_default="")
    claimed_us = models.BigIntegerField(null=True)
    server_id = models.BigIntegerField(null=True)
    handed_us = models.BigIntegerField(null=True)
    ended_us = models.BigIntegerField(null=True)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    reply = models.CharField(max_length=300, blank=True, db_default="", help_text="what the other side answered last")
    external_id = models.CharField(max_length=120, blank=True, db_default="", help_text="the service's id of it")

    class Meta:
        # not `unique=True`: that would bring a second index, for patterns, which nobody asks by
        constraints = [models.UniqueConstraint(fields=["key"], name="channels_message_once")]
        indexes = [
            models.Index(fields=["campaign_id", "due_us", "id"], condition=models.Q(state=0), name="channels_due"),
            models.Index(fields=["node_id", "state"], name="channels_of_node"),
            models.Index(fields=["claimed_by"], condition=models.Q(state__in=[1, 2]), name="channels_claimed"),
            models.Index(fields=["campaign_id", "state", "id"], name="channels_of_campaign"),
            models.Index(fields=["id"], condition=models.Q(state=8), name="channels_unknown"),
            models.Index(fields=["external_id"], condition=models.Q(external_id__gt=""), name="channels_external"),
        ]

    def __str__(self) -> str:
        return self.key


class Contact(models.Model):
    """A reserved slot: a marketing message that counts as pressure on a person, from its hand-off on."""

    node_id = models.BigIntegerField()
    message_id = models.BigIntegerField(unique=True)
    channel = models.CharField(max_length=10)
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["node_id", "at"], name="channels_contact_of")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.channel} {self.at}"


class Cap(models.Model):
    """At most `most` marketing messages in a sliding window, over all channels or in one."""

    channel = models.CharField(max_length=10, blank=True, help_text="empty: all channels together")
    most = models.IntegerField()
    window_us = models.BigIntegerField()
    changed_us = models.BigIntegerField()
    changed_by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "window_us"], name="channels_cap_once")]

    def __str__(self) -> str:
        return f"{self.most} per {self.window_us} us {self.channel}"


class QuietHours(models.Model):
    """When marketing waits, in the person's own time: from, to (minutes after midnight), per channel."""

    channel = models.CharField(max_length=10, unique=True)
    start = models.IntegerField(default=21 * 60)
    end = models.IntegerField(default=8 * 60)
    weekdays_off = models.JSONField(default=list, help_text="0 Monday to 6 Sunday: the whole day is quiet")
    changed_us = models.BigIntegerField()
    changed_by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.channel} {self.start}-{self.end}"


class Holdout(models.Model):
    """The business's permanent holdout: a share of people whom marketing never reaches, by a keyed hash."""

    share = models.FloatField(default=0.0)
    salt = models.CharField(max_length=32)
    since_us = models.BigIntegerField()
    until_us = models.BigIntegerField(null=True)
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.share:.1%} since {self.since_us}"


class Suppression(models.Model):
    """An address nothing is sent to, whoever has it. Known by its keyed digest, so that it outlives erasure."""

    channel = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, help_text="core.crypto.digest(channel, normalised address)")
    address = models.CharField(max_length=254, blank=True, help_text="to be shown; empty after erasure")
    reason = models.CharField(max_length=20, help_text="hard_bounce, soft_bounces, complaint, stop, manual")
    scope = models.CharField(max_length=14, default="all", help_text="all, or marketing (transactional still goes)")
    detail = models.CharField(max_length=300, blank=True)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40, default="system")
    lifted_us = models.BigIntegerField(null=True)
    lifted_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="channels_suppression_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"


class Bucket(models.Model):
    """A limit shared by all workers: "campaign:3", "server:1", "server:1:example.com".

    Tokens refill with time. `queued_us`: those that found none have been told to come back, one after the other,
    up to then. `closed_us`: nothing before then, because the other side asked for a pause; `refusals` in a row.
    """

    key = models.CharField(max_length=300, unique=True)
    tokens = models.FloatField(default=0.0)
    at = models.BigIntegerField(default=0)
    queued_us = models.BigIntegerField(default=0)
    closed_us = models.BigIntegerField(default=0)
    refusals = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Tally(models.Model):
    """How many messages a campaign or server handed off in an hour, and what came back of them."""

    key = models.CharField(max_length=40, help_text="campaign:3 or server:1")
    hour = models.BigIntegerField(help_text="hours since 1970")
    sent = models.IntegerField(default=0)
    bounced = models.IntegerField(default=0, help_text="hard")
    complained = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="channels_tally_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.hour}"


class Feedback(models.Model):
    """What came back about a message: once per (message, kind, occasion)."""

    message_id = models.BigIntegerField(null=True, db_index=True)
    node_id = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(
        max_length=14,
        help_text="delivered, bounced, deferred, complained, opened, clicked, replied, auto_reply, unsubscribed",
    )
    occasion = models.CharField(max_length=120, unique=True, help_text="natural key: coming twice is coming once")
    verdict = models.CharField(max_length=10, default="human", help_text="opened, clicked: human, scanner or proxy")
    hard = models.BooleanField(default=False)
    link = models.IntegerField(null=True, help_text="clicked: number of the link in the template")
    detail = models.CharField(max_length=300, blank=True)
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "at"], name="channels_feedback_kind")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"


class Gate(models.Model):
    """Whether anything may leave the house; one row. Closed after a restore or standstill until a person says yes."""

    beat_us = models.BigIntegerField(default=0, help_text="delivery was alive then")
    life = models.CharField(max_length=16, blank=True, db_default="", help_text="which database this is, made once")
    closed_us = models.BigIntegerField(null=True)
    why = models.CharField(max_length=300, blank=True)
    opened_us = models.BigIntegerField(null=True)
    opened_by = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return "closed" if self.closed_us else "open"


class Hook(models.Model):
    """An address of another program that is told what happens, by signed requests."""

    url = models.URLField(max_length=500)
    secret = models.TextField(help_text="encrypted by core.crypto")
    kinds = models.JSONField(default=list, help_text="feedback and message kinds; empty: all")
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    paused_us = models.BigIntegerField(null=True)
    paused_why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.url


class Call(models.Model):
    """One request to a hook, or to an address a journey calls: retried with back-off, and again by hand."""

    key = models.CharField(max_length=120, unique=True)
    hook_id = models.BigIntegerField(null=True, db_index=True)
    url = models.URLField(max_length=500)
    node_id = models.BigIntegerField(null=True, db_index=True)
    body = models.JSONField()
    due_us = models.BigIntegerField(null=True, help_text="null: done or given up")
    attempts = models.SmallIntegerField(default=0)
    status = models.IntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    created_us = models.BigIntegerField()
    done_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_us"], condition=models.Q(due_us__isnull=False), name="channels_call_due")
        ]

    def __str__(self) -> str:
        return self.key


from regulars.channels.networks.models import Account, Attempt, Author, Brake, Item, Post, PostState, Spent  # noqa: E402, F401 - tables
