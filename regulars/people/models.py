"""Persons and what they are made of.

A *node* is the smallest identity: one record of one source, one account, one device. Events, orders, traits and
consents name their node and never change it. A *person* is a connected component of nodes under the active
links, and has the id of its oldest node. Merging and unmerging change only links and `Node.person_id`.
"""

from __future__ import annotations

from django.db import models


class Node(models.Model):
    """The smallest identity. `person_id` is the oldest node of its component (often itself)."""

    namespace = models.CharField(max_length=40, help_text="within it, equal keys mean the same account")
    kind = models.CharField(max_length=12, help_text="user, anonymous, record, email, phone, card")
    key = models.CharField(max_length=255)
    person_id = models.BigIntegerField(null=True, db_index=True)
    source_id = models.BigIntegerField(default=0)
    first_us = models.BigIntegerField(db_default=0, help_text="first seen, by event time")
    last_us = models.BigIntegerField(db_default=0, help_text="last seen, by event time")
    created_us = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["namespace", "kind", "key"], name="people_node_once")]

    def __str__(self) -> str:
        return f"{self.namespace}:{self.kind}:{self.key}"


class Person(models.Model):
    """What lists and search show of a person: kept up to date from its nodes, never edited.

    There is a row for every node ever; the rows of nodes that are not the oldest of their component are
    redirects (`merged_into`).
    """

    id = models.BigIntegerField(primary_key=True)
    merged_into = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200, blank=True)
    name_key = models.CharField(max_length=200, blank=True, help_text="folded, for sorting")
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    city = models.CharField(max_length=120, blank=True)
    nodes = models.IntegerField(default=1)
    first_us = models.BigIntegerField(help_text="first seen, by event time")
    last_us = models.BigIntegerField(help_text="last seen, by event time")
    created_us = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "id"], condition=models.Q(merged_into=None), name="people_by_name"),
            models.Index(fields=["-last_us", "id"], condition=models.Q(merged_into=None), name="people_by_last"),
            models.Index(fields=["-first_us", "id"], condition=models.Q(merged_into=None), name="people_by_first"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"Person {self.id}"


class SearchWord(models.Model):
    """What finds a person by typing its beginning: folded name words, e-mail, digits of phone, card, user id."""

    word = models.CharField(max_length=120)
    node_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node_id", "word"], name="people_word_once")]
        indexes = [models.Index(fields=["word"], opclasses=["varchar_pattern_ops"], name="people_word_begins")]

    def __str__(self) -> str:
        return self.word


class Identifier(models.Model):
    """A normalised value seen with a node: e-mail, phone (E.164), card, external id."""

    node_id = models.BigIntegerField(db_index=True)
    type = models.CharField(max_length=20)
    value = models.CharField(max_length=255)
    raw = models.CharField(max_length=255, blank=True, help_text="as it was typed")
    refused = models.CharField(
        max_length=80, blank=True, db_default="", help_text="why it links nobody; empty when it may"
    )
    first_us = models.BigIntegerField()
    last_us = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "value", "node_id"], name="people_identifier_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


class Quarantine(models.Model):
    """An identifier value that links nobody: placeholder, shared, or seen with implausibly many nodes."""

    type = models.CharField(max_length=20)
    value = models.CharField(max_length=255)
    since_us = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=40, default="system")
    released_us = models.BigIntegerField(null=True)
    released_by = models.CharField(max_length=40, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "value"], name="people_quarantine_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.value}: {self.reason}"


class Link(models.Model):
    """Why two nodes are one person. Active until revoked; held back while joining would break a limit."""

    a = models.BigIntegerField(help_text="node; smaller than b")
    b = models.BigIntegerField(db_index=True, help_text="node")
    rule = models.CharField(max_length=30, help_text="same_email, same_phone, same_card, alias, similar, manual, ...")
    value = models.CharField(max_length=255, blank=True, help_text="the identifier value that proves it")
    evidence = models.JSONField(default=dict)
    score = models.FloatField(default=1.0)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40, default="system")
    revoked_us = models.BigIntegerField(null=True)
    revoked_by = models.CharField(max_length=40, blank=True)
    quarantined = models.BooleanField(default=False, db_default=False, help_text="its value links nobody for now")
    held_back = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b", "rule", "value"], name="people_link_once")]
        indexes = [models.Index(fields=["rule", "value"], name="people_link_value")]

    def __str__(self) -> str:
        return f"{self.a}-{self.b} {self.rule}"


class Separation(models.Model):
    """Two nodes that somebody said are not one person: no rule joins them again."""

    a = models.BigIntegerField(help_text="node; smaller than b")
    b = models.BigIntegerField(db_index=True, help_text="node")
    cause = models.CharField(max_length=40, help_text="link:<id> undone, suggestion:<id> rejected, or by hand")
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b", "cause"], name="people_separation_once")]

    def __str__(self) -> str:
        return f"{self.a} is not {self.b}"


class Trait(models.Model):
    """What a node said about itself, latest by event time. A person's trait is the latest over its nodes."""

    node_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    value = models.TextField(help_text="JSON")
    at = models.BigIntegerField()
    source_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node_id", "name"], name="people_trait_once")]

    def __str__(self) -> str:
        return f"{self.node_id}.{self.name}"


class Consent(models.Model):
    """One entry of the consent ledger: append-only. The state of a person is the most restrictive of its nodes."""

    node_id = models.BigIntegerField(db_index=True)
    purpose = models.CharField(max_length=40, default="marketing")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, help_text="granted, pending or withdrawn")
    wording = models.TextField(blank=True)
    source_id = models.BigIntegerField(default=0)
    at = models.BigIntegerField()
    confirmed_us = models.BigIntegerField(
        db_default=0, help_text="the last time the same was said again; `at` at first"
    )
    evidence = models.JSONField(default=dict)
    by = models.CharField(max_length=40, default="system")

    def __str__(self) -> str:
        return f"{self.node_id} {self.state} {self.purpose} by {self.channel}"


class ConsentState(models.Model):
    """What the ledger says now for one node: the most restrictive over its addresses. Kept by the ledger's writer."""

    node_id = models.BigIntegerField()
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node_id", "purpose", "channel"], name="people_consent_once")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.state} {self.purpose} by {self.channel}"


class Touch(models.Model):
    """A log of persons whose picture changed: what makes profiles, segments and predictions dirty."""

    tx = models.BigIntegerField(default=0)
    person_id = models.BigIntegerField()
    cause = models.CharField(max_length=12, help_text="event, trait, merge, unmerge, consent, erase, derived")
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tx", "id"], name="people_touch_log")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.cause}"


class Acceptance(models.Model):
    """Many suggestions accepted at once, so that they can be taken back at once. Numbers only, nobody's details."""

    at = models.BigIntegerField()
    by = models.CharField(max_length=40)
    least = models.FloatField(help_text="the score from which on suggestions were accepted")
    pairs = models.IntegerField()
    undone_us = models.BigIntegerField(null=True)
    undone_by = models.CharField(max_length=40, blank=True, db_default="")

    def __str__(self) -> str:
        return f"{self.pairs} pairs at once"


class Suggestion(models.Model):
    """A pair that may be one person, with the evidence per field.

    `kind`: "alike" are probably one; "shared" have an e-mail address or phone in common and different first names.
    """

    a = models.BigIntegerField(help_text="node")
    b = models.BigIntegerField(help_text="node")
    score = models.FloatField()
    evidence = models.JSONField(default=list)
    made_us = models.BigIntegerField()
    kind = models.CharField(max_length=10, default="alike", db_default="alike")
    state = models.CharField(max_length=10, default="open", help_text="open, accepted, rejected, stale")
    decided_us = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    link_id = models.BigIntegerField(null=True)
    acceptance_id = models.BigIntegerField(null=True, help_text="accepted with many others at once")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="people_suggestion_once")]
        indexes = [
            models.Index(fields=["state", "kind", "-score", "id"], name="people_suggestion_list"),
            models.Index(
                fields=["acceptance_id"],
                condition=models.Q(acceptance_id__isnull=False),
                name="people_suggestion_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.a} = {self.b}? {self.score:.2f}"


class Erased(models.Model):
    """Keyed hashes of what was erased, so that neither a retry nor a re-import brings it back."""

    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA-256 of type and value")
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return self.digest[:12]


class ErasedNode(models.Model):
    """Node numbers of erased persons: the tombstones the lake applies."""

    node_id = models.BigIntegerField(unique=True)
    tx = models.BigIntegerField(default=0)
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.node_id)
