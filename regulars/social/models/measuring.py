"""What social brought: links and who followed them, who engaged, what it cost, what was found."""

from __future__ import annotations

from django.db import models


class Link(models.Model):
    """An address in one text on one account, which leads there by a short one of ours."""

    code = models.CharField(max_length=12, unique=True)
    plan_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    url = models.CharField(max_length=1000)
    created_us = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan_id", "account_id", "url"], name="social_link_once")]

    def __str__(self) -> str:
        return self.code


class LinkDay(models.Model):
    """How often a link was followed on a day of the shop, by people and by machines. Nobody is named."""

    link_id = models.BigIntegerField()
    day = models.IntegerField(help_text="since 1970")
    people = models.IntegerField(default=0)
    machines = models.IntegerField(default=0)
    doubles = models.IntegerField(default=0, help_text="the same device again within the day")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link_id", "day"], name="social_linkday_once")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}"


class Visitor(models.Model):
    """A keyed hash of who followed a link on a day, so that twice is once; forgotten after two days."""

    link_id = models.BigIntegerField()
    mark = models.CharField(max_length=32)
    day = models.IntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link_id", "day", "mark"], name="social_visitor_once")]

    def __str__(self) -> str:
        return self.mark


class Engaged(models.Model):
    """A known person had to do with us on a network: spoke there, or followed a link of ours and is known."""

    node_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=8, help_text="click, comment, mention, message, review, reaction")
    key = models.CharField(max_length=60, unique=True, help_text="item:12, visit:<event>")
    account_id = models.BigIntegerField(null=True)
    plan_id = models.BigIntegerField(null=True, db_index=True)
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="social_engaged_at")]

    def __str__(self) -> str:
        return self.key


class Cost(models.Model):
    """What was spent in a month on one objective: advertisements, tools, hours."""

    month = models.CharField(max_length=7, help_text="2026-03")
    objective = models.CharField(max_length=8, help_text="retain or acquire")
    what = models.CharField(max_length=80, help_text="advertisements, hours, tools")
    minor = models.BigIntegerField(help_text="in the business's currency")
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "objective", "what"], name="social_cost_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.what}"


class Shift(models.Model):
    """A network's behaviour changed: from `since_us` on, posts do better or worse than before."""

    account_id = models.BigIntegerField()
    format = models.CharField(max_length=10, blank=True)
    since_us = models.BigIntegerField()
    ratio = models.FloatField(help_text="engagement afterwards, of what it was before")
    low = models.FloatField()
    high = models.FloatField()
    chance = models.FloatField(help_text="how likely chance alone does this, all looks counted")
    posts_before = models.IntegerField()
    posts_after = models.IntegerField()
    noticed_us = models.BigIntegerField()
    seen_us = models.BigIntegerField(null=True)
    seen_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "format", "since_us"], name="social_shift_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.ratio:.2f}"


class Finding(models.Model):
    """What the nightly look found: numbers of everybody, ready for a page."""

    name = models.CharField(max_length=40, unique=True)
    as_of_us = models.BigIntegerField()
    content = models.JSONField()

    def __str__(self) -> str:
        return self.name
