"""Fits of the models, predictions per person, and finished reports.

Money is integer minor units of the base currency, rounded to whole units: more digits would be false precision,
and rows that did not really change are then not written again.
"""

from __future__ import annotations

from django.db import models


class Fit(models.Model):
    """One model on one day. `origin` "known" holds the true parameters of a generated shop, to stand beside."""

    model = models.CharField(max_length=12, help_text="bgnbd, mbgnbd, gammagamma")
    origin = models.CharField(max_length=10, default="estimated", help_text="estimated or known")
    as_of_us = models.BigIntegerField()
    customers = models.IntegerField(default=0)
    parameters = models.JSONField(default=dict)
    errors = models.JSONField(default=dict, help_text="standard errors of the parameters")
    log_covariance = models.JSONField(default=list)
    log_likelihood = models.FloatField(default=0.0)
    converged = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["model", "origin", "-as_of_us"], name="insights_fit_latest")]

    def __str__(self) -> str:
        return f"{self.model} of {self.customers} customers"


class Prediction(models.Model):
    """What is expected of one person, by the latest fit. There is none for people who never bought.

    Instants at which somebody starts to drift, counts as gone or stops being a regular, all without doing
    anything, are known in advance and stored, so that nothing goes stale between two nights.
    """

    person_id = models.BigIntegerField(primary_key=True)
    purchase_days = models.IntegerField()
    first_day = models.IntegerField(help_text="days since 1970, in the business's time zone")
    last_day = models.IntegerField()
    chance_13w = models.FloatField(help_text="P(buys within 13 weeks)")
    purchases_13w = models.FloatField()
    purchases_12m = models.FloatField()
    value_12m = models.BigIntegerField(help_text="expected turnover of 12 months, discounted, after refunds")
    at_stake = models.BigIntegerField(help_text="the same if they were certain to stay")
    rhythm_days = models.FloatField(null=True, help_text="median gap; null below three purchase days")
    drifts_us = models.BigIntegerField(null=True, help_text="drifting from here on, if they stay silent")
    gone_us = models.BigIntegerField(null=True, help_text="no longer drifting but gone")
    back_us = models.BigIntegerField(null=True, help_text="the last purchase, if it ended a drift")
    regular_since_us = models.BigIntegerField(null=True)
    regular_until_us = models.BigIntegerField(null=True)
    recency = models.SmallIntegerField(help_text="1 to 5")
    frequency = models.SmallIntegerField(help_text="1 to 5")
    money = models.SmallIntegerField(help_text="1 to 5")
    cell = models.CharField(max_length=20, help_text="the place on the RFM map")

    class Meta:
        indexes = [
            models.Index(fields=["-value_12m", "person_id"], name="insights_by_value"),
            models.Index(fields=["-chance_13w", "person_id"], name="insights_by_chance"),
            models.Index(fields=["first_day", "person_id"], name="insights_by_first"),
            models.Index(fields=["-at_stake", "person_id"], name="insights_by_stake"),
            # counting needs no more than these: the index answers alone
            models.Index(fields=["drifts_us", "gone_us", "at_stake", "person_id"], name="insights_drifting"),
            models.Index(fields=["-regular_since_us", "regular_until_us", "person_id"], name="insights_regulars"),
            models.Index(fields=["-back_us"], name="insights_back"),
            models.Index(fields=["cell", "-value_12m", "person_id"], name="insights_by_cell"),
        ]

    def __str__(self) -> str:
        return f"outlook of {self.person_id}"


class Report(models.Model):
    """Finished figures for a page, as of an instant; one per name and local day, the newest counts."""

    name = models.CharField(max_length=20, help_text="today, retention, value")
    day = models.IntegerField()
    as_of_us = models.BigIntegerField()
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="insights_report_once")]

    def __str__(self) -> str:
        return f"{self.name} as of day {self.day}"


class Measured(models.Model):
    """What came of one campaign: the arms of its holdout, sums only."""

    campaign_id = models.BigIntegerField(unique=True)
    window_days = models.IntegerField()
    as_of_us = models.BigIntegerField()
    content = models.JSONField()

    def __str__(self) -> str:
        return f"lift of campaign {self.campaign_id}"


class Habit(models.Model):
    """What one person buys regularly and of what they will buy next. Computed from orders, never edited."""

    person_id = models.BigIntegerField(primary_key=True)
    product_id = models.BigIntegerField(null=True, help_text="bought regularly, and due first")
    product = models.CharField(max_length=255, blank=True, help_text="its name")
    due_us = models.BigIntegerField(null=True, help_text="its usual gap has passed from here on")
    until_us = models.BigIntegerField(null=True, help_text="so long overdue that it is no habit any more")
    next_category = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"habit of {self.person_id}"
