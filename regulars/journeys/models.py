"""Journeys in immutable versions, who is inside and where, and broadcasts."""

from __future__ import annotations

from django.db import models


class Journey(models.Model):
    """An automation. `live_version` is what newcomers enter; nothing happens while it is paused."""

    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    draft = models.JSONField(default=dict, help_text="the tree being edited: see journeys.tree")
    draft_id = models.BigIntegerField(default=0, help_text="which Draft it is")
    drafted_us = models.BigIntegerField()
    drafted_by = models.CharField(max_length=40)
    live_version = models.IntegerField(default=0, help_text="0: never published")
    holdout = models.FloatField(default=0.0, help_text="share of people who pass through unsent, for ever")
    priority = models.IntegerField(default=50)
    topic = models.CharField(max_length=40, blank=True)
    segment_id = models.BigIntegerField(null=True, help_text="the segment it keeps for itself: who meets its start")
    live_us = models.BigIntegerField(null=True, help_text="first published: what happened before lets nobody in")
    paused_us = models.BigIntegerField(null=True)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """A tree as it was drafted: what undoing goes back to. Those after the journey's `draft_id` were undone."""

    journey_id = models.BigIntegerField()
    tree = models.JSONField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["journey_id", "id"], name="journeys_drafts_of")]

    def __str__(self) -> str:
        return f"draft {self.id} of {self.journey_id}"


class JourneyVersion(models.Model):
    """A tree as it was published. Never changed; people are pinned to it."""

    journey_id = models.BigIntegerField()
    number = models.IntegerField()
    tree = models.JSONField()
    campaigns = models.JSONField(default=dict, help_text="{step: channels.Campaign}: where its messages belong")
    goal_segment_id = models.BigIntegerField(null=True, help_text="the segment it keeps: who meets its goal")
    moves = models.JSONField(default=dict, help_text="{old step: keep, exit or new step} for those inside")
    moved_us = models.BigIntegerField(null=True, help_text="all of them have been moved")
    overruled = models.JSONField(null=True, help_text="{reason, by, at, missing}: it went live without a disclosure")
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey_id", "number"], name="journeys_version_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} v{self.number}"


class Enrolment(models.Model):
    """One run of one person through a journey. `occasion` makes it unique: the event, the day, the entering.

    `step` is the id of the step the person stands before; `due_us` when it is looked at next. `woken` counts how
    often something happened that makes it worth looking sooner. Nobody is in the same journey twice at a time.
    """

    journey_id = models.BigIntegerField()
    version = models.IntegerField()
    node_id = models.BigIntegerField(help_text="the person's number on entering")
    person_id = models.BigIntegerField(db_index=True, help_text="who it is now; moved by merging")
    occasion = models.CharField(max_length=120)
    held_out = models.BooleanField(default=False)
    entered_us = models.BigIntegerField()
    step = models.CharField(max_length=20)
    arrived_us = models.BigIntegerField(help_text="at this step since, in the run's own time")
    due_us = models.BigIntegerField(null=True, help_text="null: ended")
    woken = models.IntegerField(default=0, db_default=0)
    ended_us = models.BigIntegerField(null=True)
    outcome = models.CharField(
        max_length=14, blank=True, help_text="done, goal, exited, merged, moved, stopped, error"
    )
    why = models.CharField(max_length=300, blank=True)
    merged_into = models.BigIntegerField(null=True, help_text="the run that went on when two people turned out one")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey_id", "node_id", "occasion"], name="journeys_enrolment_once"),
            models.UniqueConstraint(
                fields=["journey_id", "person_id"],
                condition=models.Q(ended_us=None),
                name="journeys_one_run_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["journey_id", "due_us", "id"], condition=models.Q(due_us__isnull=False), name="journeys_due"
            ),
            models.Index(fields=["journey_id", "step"], condition=models.Q(ended_us=None), name="journeys_standing"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.journey_id}"


class Passage(models.Model):
    """A step taken in a run: once, ever."""

    enrolment_id = models.BigIntegerField()
    step = models.CharField(max_length=20)
    at = models.BigIntegerField()
    outcome = models.CharField(max_length=40, blank=True, help_text="which way, or what came of it")
    facts = models.JSONField(null=True, help_text="the numbers the step decided on")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment_id", "step"], name="journeys_passage_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step}"


class Tally(models.Model):
    """How many runs passed a step of a version, and which way: kept with the passages, in the same transaction."""

    journey_id = models.BigIntegerField()
    version = models.IntegerField()
    step = models.CharField(max_length=20)
    way = models.CharField(max_length=40, blank=True)
    runs = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey_id", "version", "step", "way"], name="journeys_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.step} {self.way}: {self.runs}"


class Task(models.Model):
    """Something a journey asks a colleague to do about a person."""

    journey_id = models.BigIntegerField()
    enrolment_id = models.BigIntegerField()
    step = models.CharField(max_length=20)
    node_id = models.BigIntegerField(db_index=True)
    text = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True, help_text="what the colleague wrote")
    created_us = models.BigIntegerField()
    done_us = models.BigIntegerField(null=True)
    done_by = models.CharField(max_length=40, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment_id", "step"], name="journeys_task_once")]
        indexes = [models.Index(fields=["created_us"], condition=models.Q(done_us=None), name="journeys_task_open")]

    def __str__(self) -> str:
        return self.text


class Broadcast(models.Model):
    """One message to many, once. Its campaign (channels) holds the messages."""

    name = models.CharField(max_length=160)
    template_id = models.BigIntegerField(null=True, help_text="content.Template")
    sender_id = models.BigIntegerField(null=True)
    segments = models.JSONField(default=list, help_text="ids: people in any of these")
    minus = models.JSONField(default=list, help_text="ids: but in none of these")
    topic = models.CharField(max_length=40, blank=True)
    priority = models.IntegerField(default=50)
    holdout = models.FloatField(default=0.0)
    per_hour = models.IntegerField(null=True)
    when_us = models.BigIntegerField(null=True, help_text="null: as soon as launched")
    local_time = models.CharField(
        max_length=16, blank=True, help_text="YYYY-MM-DDTHH:MM in each person's own time zone"
    )
    campaign_id = models.BigIntegerField(null=True)
    audience = models.JSONField(default=dict, help_text="the last count: {people, send, skip: {rule: n}, at}")
    drafted_us = models.BigIntegerField()
    drafted_by = models.CharField(max_length=40)
    launched_us = models.BigIntegerField(null=True)
    launched_by = models.CharField(max_length=40, blank=True)
    overruled = models.JSONField(null=True, help_text="{reason, by, at, missing}: it went out without a disclosure")
    paused_us = models.BigIntegerField(null=True)
    planned_to = models.BigIntegerField(null=True, help_text="people up to this number are planned; null: none yet")
    planned_us = models.BigIntegerField(null=True, help_text="all are planned")
    ended_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name
