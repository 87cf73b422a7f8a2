"""What somebody waited for, and how it ended: stored when it happens, so that reports only read."""

from __future__ import annotations

from django.db import models


class Wait(models.Model):
    """Somebody wrote and waits for our answer, from their first unanswered word until we answer. `by_user` 0 is a
    colleague who answered elsewhere. Times in business hours are those of the desk as it was then."""

    case_id = models.BigIntegerField(help_text="the conversation of its thread, merged or not")
    entry_id = models.BigIntegerField(unique=True, help_text="the word that began it")
    author_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=20)
    first = models.BooleanField(help_text="the first answer of the conversation, or a further one")
    public = models.BooleanField()
    asked_us = models.BigIntegerField()
    hour = models.SmallIntegerField(help_text="hour of the week it was asked in, from Monday midnight, shop's time")
    due_us = models.BigIntegerField(null=True)
    warn_us = models.BigIntegerField(null=True)
    by_hand = models.BooleanField(default=False, help_text="a colleague set when it is due")
    ended_us = models.BigIntegerField(null=True)
    how = models.CharField(max_length=8, blank=True, help_text="answer, or close: ended without a word")
    by_user = models.BigIntegerField(null=True, help_text="who answered")
    owner_user = models.BigIntegerField(null=True, help_text="whose it was when it was answered")
    business_us = models.BigIntegerField(null=True, help_text="business time it took")
    wall_us = models.BigIntegerField(null=True, help_text="time it took")
    in_time = models.BooleanField(null=True, help_text="null: nothing was promised, or it goes on")
    packed = models.BigIntegerField(default=0, help_text="all that reports count it by, see packing.py")

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], name="inbox_wait_of"),
            models.Index(fields=["asked_us", "packed", "business_us"], name="inbox_wait_asked"),
            models.Index(fields=["asked_us"], condition=models.Q(ended_us=None), name="inbox_wait_open"),
            models.Index(fields=["author_id", "asked_us"], name="inbox_wait_author"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_us}"


class WaitDay(models.Model):
    """The waits of a day that are over, as two arrays of little-endian int64 in order of when they asked: a report of
    a year reads 365 rows. What changed since stands in WaitChange; then the waits themselves count."""

    day = models.BigIntegerField(primary_key=True, help_text="days since 1970 in UTC, by when they asked")
    waits = models.IntegerField()
    packed = models.BinaryField(help_text="see packing.py")
    business = models.BinaryField(help_text="business time each took")

    def __str__(self) -> str:
        return f"{self.day}: {self.waits}"


class WaitChange(models.Model):
    """A wait of this day ended, or ended otherwise, than what is kept of the day says. Rows are only added."""

    day = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.day)


class After(models.Model):
    """What became of people after a conversation was closed; looked at anew every night until the days are over."""

    case_id = models.BigIntegerField(primary_key=True)
    closed_us = models.BigIntegerField()
    bought_us = models.BigIntegerField(null=True, help_text="their next order, within 60 days")
    back_us = models.BigIntegerField(null=True, help_text="they wrote again, within 30 days")
    angry = models.BooleanField(default=False, help_text="what they wrote then reads as a complaint")
    settled_us = models.BigIntegerField(null=True, help_text="the days are over")

    class Meta:
        indexes = [
            models.Index(fields=["closed_us"], condition=models.Q(settled_us=None), name="inbox_after_open"),
            models.Index(fields=["closed_us", "bought_us", "back_us", "angry"], name="inbox_after_closed"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class ItemDue(models.Model):
    """What was said, changed or went away on a network, to be taken into conversations."""

    item_id = models.BigIntegerField(unique=True, help_text="channels.Item")
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.item_id)


class PostDue(models.Model):
    """Our answers on their way, of which there is news."""

    post_id = models.BigIntegerField(unique=True, help_text="channels.Post")
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.post_id)
