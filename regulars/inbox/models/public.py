"""What is hidden or deleted in public and why, and who an author is and what proves it."""

from __future__ import annotations

from django.db import models


class Moderation(models.Model):
    """Something public that a colleague hides or deletes: always for a listed reason, and kept for ever."""

    case_id = models.BigIntegerField(db_index=True)
    entry_id = models.BigIntegerField()
    item_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    act = models.CharField(max_length=8, help_text="hide, show, delete")
    reason = models.CharField(max_length=16, blank=True, help_text="spam, threat, private data, hate, off topic")
    note = models.CharField(max_length=300, blank=True)
    critical = models.BooleanField(default=False, help_text="it read as a complaint: counted in the ratio")
    state = models.CharField(max_length=8, help_text="asked, refused, going, done, failed")
    trouble = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()
    second_by = models.CharField(max_length=40, blank=True)
    second_us = models.BigIntegerField(null=True)
    done_us = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="inbox_moderation_at"),
            models.Index(
                fields=["state", "id"], condition=models.Q(state__in=("asked", "going")), name="inbox_moderation_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.item_id}"


class Proof(models.Model):
    """Why an author of a network is taken to be a person. `link_id`: the people.Link a colleague's word made."""

    author_id = models.BigIntegerField(db_index=True)
    node_id = models.BigIntegerField(db_index=True)
    link_id = models.BigIntegerField(null=True)
    proof = models.CharField(max_length=20, help_text="said, email, phone, sign-in, colleague")
    evidence = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()
    undone_by = models.CharField(max_length=40, blank=True)
    undone_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.author_id} {self.proof}"


class Spoken(models.Model):
    """The words of an entry as search compares them: folded, with who said it. The index over it is made by
    searching.py: FTS5 on SQLite, tsvector on PostgreSQL."""

    entry_id = models.BigIntegerField(primary_key=True)
    words = models.TextField()

    def __str__(self) -> str:
        return str(self.entry_id)


class Draft(models.Model):
    """An answer a colleague has begun: shown to the others, and there again after a crash."""

    case_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    public = models.BooleanField(default=False)
    text = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "user_id"], name="inbox_draft_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.case_id}"
