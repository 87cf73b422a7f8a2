"""Practice conversations and what was said in them."""

from __future__ import annotations

from django.db import models


class Drill(models.Model):
    """One colleague plays one scenario."""

    scenario = models.CharField(max_length=40)
    user_id = models.BigIntegerField()
    turn = models.SmallIntegerField(default=0, help_text="how many of the scenario's messages were answered")
    started_us = models.BigIntegerField()
    ended_us = models.BigIntegerField(null=True)
    points = models.SmallIntegerField(null=True, help_text="by the gate: 0 to 100; null: while it goes on")
    colleague_id = models.BigIntegerField(null=True)
    colleague_points = models.SmallIntegerField(null=True, help_text="1 to 5")
    colleague_said = models.TextField(blank=True)
    colleague_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "team_drill"
        indexes = [models.Index(fields=["user_id", "-id"], name="team_drill_of")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.scenario}"


class DrillAnswer(models.Model):
    """What the colleague answered, and what the gate said of it."""

    drill_id = models.BigIntegerField()
    turn = models.SmallIntegerField()
    text = models.TextField()
    verdict = models.CharField(max_length=8)
    findings = models.JSONField(default=list, help_text='[{"weight", "says", "do", "start", "end"}]')
    points = models.SmallIntegerField()
    seconds = models.IntegerField(help_text="since the message was shown")
    at = models.BigIntegerField()

    class Meta:
        db_table = "team_drillanswer"
        constraints = [models.UniqueConstraint(fields=["drill_id", "turn"], name="team_drillanswer_once")]

    def __str__(self) -> str:
        return f"{self.drill_id} {self.turn}"
