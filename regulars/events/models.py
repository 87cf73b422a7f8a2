"""The log of what people did, and what did not get into it.

An event names its node for ever. (source, message id) is unique for ever by a key table of its own, so that
events can be partitioned by month. The raw inbox lives in inbox.py: on SQLite in a file of its own.
"""

from __future__ import annotations

from django.db import models

SHARDS = 16


class Source(models.Model):
    """Where events come from: a web shop, a till, an import. `namespace`: where equal user ids mean one account."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, default="segment")
    namespace = models.CharField(max_length=40)
    key = models.CharField(max_length=64, unique=True, null=True, help_text="write key of the tracking API")
    settings = models.JSONField(default=dict)
    created_us = models.BigIntegerField()
    revoked_us = models.BigIntegerField(null=True)
    seen_us = models.BigIntegerField(null=True, help_text="when something last came in, to about ten seconds")

    def __str__(self) -> str:
        return self.name


class EventKey(models.Model):
    """Message ids ever accepted: what makes a resend harmless, even years later."""

    source_id = models.BigIntegerField()
    message_id = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_id", "message_id"], name="events_key_once")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.message_id}"


class Event(models.Model):
    """What one node did, when (`ts`, corrected for the sender's clock) and with which properties (JSON text)."""

    tx = models.BigIntegerField(default=0)
    node_id = models.BigIntegerField()
    shard = models.SmallIntegerField(help_text="node_id % SHARDS")
    source_id = models.BigIntegerField()
    message_id = models.CharField(max_length=100)
    raw_seq = models.BigIntegerField(default=0, help_text="the raw request it came in, 0 for an import")
    position = models.IntegerField(db_default=0, help_text="in that request")
    name = models.CharField(max_length=120, help_text="track: the event; else Identify, Page, Screen, Group, Alias")
    ts = models.BigIntegerField()
    received_us = models.BigIntegerField()
    properties = models.TextField(default="{}")
    context = models.TextField(default="{}")

    class Meta:
        indexes = [
            models.Index(fields=["node_id", "ts"], name="events_by_node"),
            # on SQLite tx is 0 and id is the order of the log, so these two are empty there
            models.Index(fields=["tx", "id"], condition=models.Q(tx__gt=0), name="events_log"),
            models.Index(fields=["shard", "tx", "id"], condition=models.Q(tx__gt=0), name="events_shard"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.node_id}"


class DeadLetter(models.Model):
    """One event that could not be taken in, with the reason; can be replayed after the cause is mended."""

    source_id = models.BigIntegerField(db_index=True)
    raw_seq = models.BigIntegerField()
    position = models.IntegerField()
    received_us = models.BigIntegerField()
    code = models.CharField(max_length=40)
    reason = models.TextField()
    body = models.TextField()
    replayed_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["raw_seq", "position"], name="events_dead_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class Property(models.Model):
    """A property seen in events, and whether it is declared: only declared ones go to the lake. What the
    vocabulary declares (vocabulary.py) is declared without a row of its own."""

    event = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=10, default="text", help_text="text, number, money, bool, time")
    seen = models.BigIntegerField(default=0)
    last_us = models.BigIntegerField(default=0)
    declared_us = models.BigIntegerField(null=True)
    dropped = models.BigIntegerField(default=0, help_text="values that looked like an e-mail, phone or address")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="events_property_once")]

    def __str__(self) -> str:
        return f"{self.event}.{self.name}"


class Import(models.Model):
    """A file on its way in: which columns mean what, how far it is, what was refused."""

    kind = models.CharField(max_length=12, help_text="purchases or people")
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, help_text="the stored copy, below the home")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    source_id = models.BigIntegerField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="new", help_text="new, running, stopped, done, failed")
    dry = models.BooleanField(default=False)
    size = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0, help_text="bytes of the stored file that are read")
    units = models.BigIntegerField(default=0, help_text="orders or persons of the file that are done")
    lines = models.BigIntegerField(default=0, help_text="rows of the file that are done: taken, known or refused")
    taken = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0, help_text="rows that were in already")
    refused = models.BigIntegerField(default=0)
    refused_bytes = models.BigIntegerField(default=0, help_text="how much of the file of refused rows is true")
    summary = models.JSONField(default=dict)
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40, default="system")
    finished_us = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"


class RawRequest(models.Model):
    """A request as it came, on PostgreSQL; on SQLite the inbox is a file of its own (inbox_sqlite.py)."""

    seq = models.BigAutoField(primary_key=True)
    source_id = models.BigIntegerField()
    received_us = models.BigIntegerField()
    path = models.CharField(max_length=200)
    packed = models.BooleanField(default=False, help_text="the body is a zlib or gzip stream")
    body = models.BinaryField()
    done_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "events_raw"
        indexes = [models.Index(fields=["seq"], condition=models.Q(done_us=None), name="events_raw_waiting")]

    def __str__(self) -> str:
        return f"request {self.seq}"


class Redaction(models.Model):
    """Personal data to be taken out of a raw request: written with the erasure, carried out right after it."""

    raw_seq = models.BigIntegerField(db_index=True)
    position = models.IntegerField(help_text="of the event in the request")

    def __str__(self) -> str:
        return f"{self.raw_seq}.{self.position}"


class ConsumerFailure(models.Model):
    """An entry of the log that a consumer could not take; the others went on. Can be given to it again."""

    consumer = models.CharField(max_length=80)
    event_id = models.BigIntegerField()
    reason = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "event_id"], name="events_failure_once")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id}: {self.reason}"


from regulars.events.sources.models import Connection, FieldMap, PrivacyRequest, Wanted  # noqa: E402, F401 - tables
