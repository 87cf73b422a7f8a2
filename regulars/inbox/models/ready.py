"""What makes answering quicker: labels, saved replies, macros, rules."""

from __future__ import annotations

from django.db import models


class CaseLabel(models.Model):
    """A word conversations are sorted by."""

    name = models.CharField(max_length=40, unique=True)
    colour = models.CharField(max_length=20, blank=True)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Labelled(models.Model):
    """A conversation that carries a label; `Case.labels` repeats the names for lists."""

    case_id = models.BigIntegerField()
    label_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "label_id"], name="inbox_labelled_once")]
        indexes = [models.Index(fields=["label_id", "-case_id"], name="inbox_labelled_by")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.label_id}"


class SavedReply(models.Model):
    """A text for an answer, with merge tags. `shortcut` is typed to find it."""

    name = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=30, blank=True)
    text = models.TextField(help_text='Liquid: {{ person.first_name | default: "there" }}, {{ agent.name }}')
    language = models.CharField(max_length=8, blank=True)
    used = models.IntegerField(default=0)
    used_us = models.BigIntegerField(null=True)
    by = models.CharField(max_length=40)
    changed_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Macro(models.Model):
    """Several steps under one name, taken by a colleague at once."""

    name = models.CharField(max_length=80)
    steps = models.JSONField(default=list, help_text='[{"do": "label", "label": "refund"}, ...]; see steps.py')
    used = models.IntegerField(default=0)
    by = models.CharField(max_length=40)
    changed_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """Steps that are taken by themselves. Never an answer because of how a text feels: see rules.py."""

    name = models.CharField(max_length=80)
    occasion = models.CharField(max_length=10, help_text="arrival, reading, silence, quiet, breach, label")
    hours = models.FloatField(null=True, help_text="of silence or quiet: business hours")
    conditions = models.JSONField(default=dict, help_text="all must hold; see rules.py")
    steps = models.JSONField(default=list)
    place = models.IntegerField(default=0, help_text="in this order")
    by = models.CharField(max_length=40)
    changed_us = models.BigIntegerField()
    paused_us = models.BigIntegerField(null=True)
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """A rule acted in a conversation: once per occasion."""

    rule_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    occasion = models.CharField(max_length=40, help_text="entry:12, wait:12, label:3")
    at = models.BigIntegerField()
    did = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule_id", "case_id", "occasion"], name="inbox_rulerun_once")]
        indexes = [models.Index(fields=["case_id"], name="inbox_rulerun_of")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.case_id}"
