"""The inverted index over conversations that ended well. It holds numbers alone: words are hashed."""

from __future__ import annotations

from django.db import models


class Solved(models.Model):
    """A conversation that ended well and can be learnt from."""

    case_id = models.BigIntegerField(unique=True)
    words = models.IntegerField(help_text="how many of its words are kept")
    at = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.case_id)


class SolvedTerm(models.Model):
    """A word of what was asked in it."""

    term = models.BigIntegerField()
    case_id = models.BigIntegerField(db_index=True)
    weight = models.FloatField(help_text="1 + log of how often it was said")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "case_id"], name="inbox_solvedterm_once")]

    def __str__(self) -> str:
        return f"{self.term} in {self.case_id}"


class TermCount(models.Model):
    """In how many conversations a word was said; term 0 counts the conversations."""

    term = models.BigIntegerField(primary_key=True)
    cases = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.term}: {self.cases}"
