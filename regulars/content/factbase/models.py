"""Statements, their versions, and where each was used."""

from __future__ import annotations

from django.db import models


class Statement(models.Model):
    """Something we may say. What it says is in its versions: `version` is the one in force; 0: none was approved."""

    kind = models.CharField(max_length=8, help_text="fact, article or option")
    owner = models.CharField(max_length=40, help_text="user:7: who stands for it and is warned before it expires")
    version = models.IntegerField(default=0, help_text="approved last")
    newest = models.IntegerField(default=1, help_text="written last; above `version` it waits for approval")
    expires_us = models.BigIntegerField(null=True, help_text="of the version in force; null: never")
    warned_us = models.BigIntegerField(null=True, help_text="the owner was told that it expires soon")
    retired_us = models.BigIntegerField(null=True, help_text="taken out: true no more, or not ours to say")
    retired_by = models.CharField(max_length=40, blank=True)
    retired_why = models.CharField(max_length=300, blank=True)
    created_us = models.BigIntegerField()
    changed_us = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "content_statement"
        indexes = [
            models.Index(
                fields=["expires_us"],
                condition=models.Q(expires_us__isnull=False, retired_us=None),
                name="content_statement_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class StatementVersion(models.Model):
    """What a statement said, who wrote it and who approved it: one person only where nobody else could (`alone`).
    Never changed after that."""

    statement_id = models.BigIntegerField()
    number = models.IntegerField()
    title = models.CharField(max_length=200, blank=True, help_text="of an article or an option")
    text = models.TextField()
    language = models.CharField(max_length=8, default="en")
    about = models.CharField(max_length=10, blank=True, help_text="product, category or topic; empty: everything")
    subject = models.CharField(max_length=200, blank=True, help_text="which one")
    audience = models.CharField(max_length=8, default="public", help_text="public, or staff: not to be told outside")
    maker = models.CharField(max_length=120, blank=True, help_text="of an option: whose it is; empty: ours")
    where = models.CharField(max_length=500, blank=True, help_text="of an option: where to get it")
    source = models.CharField(max_length=300, help_text="how we know: a document, a test, who said it")
    link = models.CharField(max_length=500, blank=True, help_text="where the source can be read")
    expires_us = models.BigIntegerField(null=True)
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()
    approved_by = models.CharField(max_length=40, blank=True)
    approved_us = models.BigIntegerField(null=True)
    refused_by = models.CharField(max_length=40, blank=True)
    refused_us = models.BigIntegerField(null=True)
    refused_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "content_statementversion"
        constraints = [models.UniqueConstraint(fields=["statement_id", "number"], name="content_statement_once")]
        indexes = [
            models.Index(
                fields=["at"], condition=models.Q(approved_us=None, refused_us=None), name="content_statement_waits"
            )
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]

    @property
    def alone(self) -> bool:
        """Approved by its author: nobody else there could."""
        return self.approved_us is not None and self.approved_by == self.by


class StatementUse(models.Model):
    """A text leant on this statement: so one knows what to correct when it turns out wrong."""

    statement_id = models.BigIntegerField()
    number = models.IntegerField()
    origin = models.CharField(max_length=80, help_text="case:12, plan:7")
    by = models.CharField(max_length=40)
    at = models.BigIntegerField()

    class Meta:
        db_table = "content_statementuse"
        constraints = [models.UniqueConstraint(fields=["statement_id", "origin"], name="content_statement_use_once")]
        indexes = [models.Index(fields=["statement_id", "-at"], name="content_statement_used")]

    def __str__(self) -> str:
        return f"{self.statement_id} in {self.origin}"
