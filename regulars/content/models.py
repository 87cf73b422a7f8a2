"""Templates, blocks and the brand's voice. A version is never changed: what was sent can be shown again for ever."""

from __future__ import annotations

from typing import Any

from django.db import models


class Template(models.Model):
    """One message to be written once and sent often. `version` is the newest published one; 0: none yet."""

    name = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=10, default="email", help_text="email or sms")
    kind = models.CharField(max_length=14, default="marketing", help_text="marketing or transactional")
    version = models.IntegerField(default=0)
    draft = models.JSONField(default=dict, help_text="{language: variant}, as in TemplateVersion.variants")
    languages = models.JSONField(
        default=list, help_text="of the draft, in order: the first is for people of no other"
    )
    undo = models.JSONField(
        default=list, help_text="[{language, variant}]: drafts before the last changes, newest last"
    )
    changed = models.JSONField(default=dict, help_text="{language: {us, by, seat}}: who wrote its draft last")
    drafted_us = models.BigIntegerField()
    drafted_by = models.CharField(max_length=40)
    created_us = models.BigIntegerField()
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def variants(self) -> dict[str, Any]:
        """The draft with its languages in order."""
        ordered = {language: self.draft[language] for language in self.languages if language in self.draft}
        return ordered | self.draft


class TemplateVersion(models.Model):
    """A published text as it was, with who published it. Compiled once; rendering reads nothing else.

    variants: {language: {"subject", "preheader", "format": "blocks" | "mjml" | "html" | "text", "source", "look"}};
    the source of blocks is a list (see rendering/blocks.py), else text; blocks may have a look (rendering/look.py).
    compiled: {language: what `rendering` needs}; the one with `place` 0 is for people of no other language.
    """

    template_id = models.BigIntegerField()
    number = models.IntegerField()
    variants = models.JSONField()
    compiled = models.JSONField()
    tags = models.JSONField(default=list, help_text="the merge tags it reads")
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template_id", "number"], name="content_version_once")]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"

    @property
    def languages(self) -> list[str]:
        """In order: the first is for people of no other. Databases do not keep the order of a JSON object."""
        return sorted(self.compiled, key=lambda language: self.compiled[language].get("place", 0))


class Block(models.Model):
    """A piece used in many templates (header, footer, opening hours). Put in when a template is published."""

    name = models.CharField(max_length=80, unique=True)
    source = models.JSONField(default=list, help_text="blocks, as in a template")
    version = models.IntegerField(default=1)
    changed_us = models.BigIntegerField()
    changed_by = models.CharField(max_length=40)
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class BlockVersion(models.Model):
    """A block as it was."""

    block_id = models.BigIntegerField()
    version = models.IntegerField()
    source = models.JSONField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block_id", "version"], name="content_block_version_once")]

    def __str__(self) -> str:
        return f"{self.block_id} v{self.version}"


class Picture(models.Model):
    """An uploaded image, under the media folder by the hash of its content."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the file, its name on disk")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, help_text="image/png, image/jpeg, image/gif, image/webp or video/mp4")
    width = models.IntegerField()
    height = models.IntegerField()
    size = models.IntegerField(help_text="bytes")
    seconds = models.FloatField(null=True, help_text="of a video")
    alt = models.CharField(max_length=300, blank=True)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Voice(models.Model):
    """How the brand speaks: versions, the newest counts."""

    use = models.JSONField(default=list, help_text="[{word, instead_of: [...]}]: words we use")
    avoid = models.JSONField(default=list, help_text="[{word, why}]: words we never use")
    tone = models.TextField(blank=True)
    disclosures = models.JSONField(default=list, help_text="[{text, when: [words]}]: what must be said")
    reading_level = models.IntegerField(null=True, help_text="at least this Flesch reading ease")
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"Voice {self.id}"


class CalendarNote(models.Model):
    """A note on a day of the content calendar, beside what is planned to go out."""

    day = models.CharField(max_length=10, db_index=True, help_text="YYYY-MM-DD")
    text = models.CharField(max_length=300)
    at = models.BigIntegerField()
    by = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.day}: {self.text}"


from regulars.content.clearing.models import Clearance  # noqa: E402, F401 - tables
from regulars.content.factbase.models import Statement, StatementUse, StatementVersion  # noqa: E402, F401 - tables
