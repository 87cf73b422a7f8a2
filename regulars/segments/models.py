"""Audiences: definitions in versions, who is in now, and the log of who entered and left, and why."""

from __future__ import annotations

from django.db import models


class Segment(models.Model):
    """A named audience. `version` counts definitions; `ticked_us` says how fresh it is."""

    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=8, default="live", help_text="live, or list (edited by hand)")
    definition = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    evaluated_version = models.IntegerField(default=0, help_text="the definition memberships follow; 0: none yet")
    people = models.BigIntegerField(default=0, help_text="members now")
    ticked_us = models.BigIntegerField(null=True)
    evaluated_us = models.BigIntegerField(null=True, help_text="last full evaluation")
    mismatches = models.BigIntegerField(default=0, help_text="found by the last full recompute; must be 0")
    owner = models.CharField(
        max_length=40, blank=True, db_default="", help_text="journey:7: kept by it for itself, and not listed"
    )
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """A definition as it was, with who changed it and when."""

    segment_id = models.BigIntegerField()
    version = models.IntegerField()
    definition = models.JSONField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment_id", "version"], name="segments_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} v{self.version}"


class Membership(models.Model):
    """One person in one segment, or out but due: `next_us` is when that can change without new data."""

    segment_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    member = models.BooleanField()
    since_us = models.BigIntegerField()
    next_us = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment_id", "person_id"], name="segments_membership_once")]
        indexes = [
            models.Index(fields=["person_id"], name="segments_of_person"),
            # "is not null", not "not (is null)": SQLite sees only then that `next_us <= now` can use it
            models.Index(fields=["next_us"], condition=models.Q(next_us__isnull=False), name="segments_due"),
            models.Index(
                fields=["segment_id", "-since_us", "person_id"], condition=models.Q(member=True), name="segments_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.segment_id}: {self.member}"


class ListEntry(models.Model):
    """Somebody put this node on a list by hand. It names the node, so merging and unmerging need nothing."""

    segment_id = models.BigIntegerField()
    node_id = models.BigIntegerField(db_index=True)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment_id", "node_id"], name="segments_entry_once")]

    def __str__(self) -> str:
        return f"{self.node_id} on {self.segment_id}"


class Change(models.Model):
    """The log of entering and leaving: exact, in order, with the cause. Summed up it is who is in.

    `moved`: profiles were merged or separated and the place in the segment went from one number to another;
    nobody came or went.
    """

    tx = models.BigIntegerField(default=0)
    segment_id = models.BigIntegerField()
    version = models.IntegerField()
    person_id = models.BigIntegerField()
    entered = models.BooleanField()
    cause = models.CharField(
        max_length=12, help_text="event, trait, time, merge, definition, consent, manual, check, ..."
    )
    moved = models.BooleanField(default=False)
    at = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["tx", "id"], name="segments_log"),
            models.Index(fields=["segment_id", "-id"], name="segments_change_list"),
            models.Index(fields=["person_id"], name="segments_change_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {'entered' if self.entered else 'left'} {self.segment_id}"
