"""What is asked, of whom and when."""

from __future__ import annotations

from django.db import models


class Survey(models.Model):
    """A survey. Its questions are edited in `draft` and asked as they were when it was started or changed last."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=40, unique=True, help_text="in open links, QR codes and on the till page")
    kind = models.CharField(max_length=6, default="nps", help_text="nps, csat or short: what its first question is")
    draft = models.JSONField(default=dict, help_text="see feedback.questions")
    version = models.IntegerField(default=0, help_text="newest SurveyVersion; 0: never started")
    anonymous = models.BooleanField(default=False, help_text="fixed once it was started")
    smallest_group = models.IntegerField(default=5, help_text="anonymous: fewer answers than this are not shown")
    trigger = models.JSONField(
        default=dict, help_text="see feedback.triggers: by hand, after an event, on entering..."
    )
    wave = models.CharField(
        max_length=8, default="quarter", help_text="month, quarter, year: how often chance is renewed"
    )
    share = models.FloatField(default=1.0, help_text="of the people who could be asked, drawn per wave")
    rest_days = models.IntegerField(default=30, help_text="not sooner after any survey")
    again_days = models.IntegerField(default=90, help_text="not sooner after this one")
    channel = models.CharField(max_length=6, default="email", help_text="email or sms")
    template_id = models.BigIntegerField(null=True, help_text="content.Template of the invitation")
    priority = models.IntegerField(default=60, help_text="of its messages: above offers, see channels")
    open_link = models.BooleanField(default=False, help_text="anybody who has the link may answer")
    change_hours = models.IntegerField(default=48, help_text="an answer may be changed for so long")
    closes_loop = models.BooleanField(default=True, help_text="a detractor opens a case")
    reask_days = models.IntegerField(default=14, help_text="after a case that ended well; 0: not")
    review_links = models.JSONField(default=list, help_text="[{label, url}]: shown to everybody who answered")
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    started_us = models.BigIntegerField(null=True)
    stopped_us = models.BigIntegerField(null=True)
    planned_us = models.BigIntegerField(default=0, help_text="a wave is planned up to here")

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """The questions as they were asked. Never changed."""

    survey_id = models.BigIntegerField()
    number = models.IntegerField()
    form = models.JSONField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey_id", "number"], name="feedback_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"
