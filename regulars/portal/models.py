"""Sign-up forms, sign-ups that wait to be confirmed, and single-use links of customers."""

from __future__ import annotations

from django.db import models


class Form(models.Model):
    """A form with which people join. `wording` is what they agree to, word for word; it goes into the ledger."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    headline = models.CharField(max_length=160)
    intro = models.TextField(blank=True)
    wording = models.TextField(help_text="what people agree to")
    thanks = models.TextField(blank=True)
    topics = models.JSONField(default=list, help_text="keys of channels.Topic on offer; empty: marketing as such")
    fields = models.JSONField(default=list, help_text="asked beside the e-mail address: name, birthday, phone, city")
    origins = models.JSONField(default=list, help_text="web addresses that may show the form inside their pages")
    template_id = models.BigIntegerField(null=True, help_text="content.Template of the mail that asks to confirm")
    source_id = models.BigIntegerField(default=0)
    created_us = models.BigIntegerField()
    created_by = models.CharField(max_length=40)
    archived_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class Joining(models.Model):
    """Somebody asked to join and has not yet confirmed: no person and no consent before they do."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in the mail")
    form_id = models.BigIntegerField()
    said = models.TextField(help_text="address and answers, JSON, encrypted by core.crypto")
    address = models.CharField(max_length=64, db_index=True, help_text="keyed digest of the address")
    language = models.CharField(max_length=12, blank=True)
    wording = models.TextField()
    asked_us = models.BigIntegerField()
    expires_us = models.BigIntegerField()
    confirmed_us = models.BigIntegerField(null=True)
    node_id = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.form_id} {self.asked_us}"


class SignIn(models.Model):
    """A link that signs a customer in once."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in the mail")
    node_id = models.BigIntegerField(db_index=True)
    asked_us = models.BigIntegerField()
    expires_us = models.BigIntegerField()
    used_us = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.node_id} {self.asked_us}"


class Talk(models.Model):
    """A visitor's conversation by a contact form or a chat box; it belongs to whoever has the secret.

    What was said are items of channels (`thread`). An address somebody typed proves nothing before it is confirmed.
    """

    account_id = models.BigIntegerField(help_text="channels.Account")
    thread = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the browser's secret")
    said = models.TextField(blank=True, help_text="the address that was typed, encrypted by core.crypto")
    address = models.CharField(max_length=64, blank=True, db_index=True, help_text="keyed digest of the address")
    confirm = models.CharField(max_length=64, blank=True, db_index=True, help_text="SHA-256 of the link's secret")
    asked_us = models.BigIntegerField(null=True, help_text="when the link was sent")
    confirmed_us = models.BigIntegerField(null=True)
    node_id = models.BigIntegerField(null=True, db_index=True, help_text="who it is, once confirmed")
    language = models.CharField(max_length=12, blank=True)
    begun_us = models.BigIntegerField()
    last_us = models.BigIntegerField(help_text="the visitor's last word")
    seen_us = models.BigIntegerField(default=0, help_text="the visitor looked")
    answered_us = models.BigIntegerField(default=0, help_text="our last answer")
    mailed_us = models.BigIntegerField(default=0, help_text="answers up to then went by mail")

    class Meta:
        indexes = [
            models.Index(
                fields=["answered_us"], condition=models.Q(confirmed_us__isnull=False), name="portal_talk_answered"
            )
        ]

    def __str__(self) -> str:
        return self.thread
