"""Servers and senders: how messages leave, and in whose name."""

from __future__ import annotations

import json

from django.db import IntegrityError, transaction
from django.db.models import F

from regulars.channels.actions.errors import CannotSend
from regulars.channels.mail import dkim
from regulars.channels.mail.addresses import BadAddress, address_of, domain_of
from regulars.channels.models import Bucket, Sender, Server, Tally
from regulars.channels.providers import provider
from regulars.core.clock import from_us
from regulars.core.crypto import decrypt, encrypt
from regulars.team.actions import audit

LIMITS = ("lanes", "weight", "per_second", "domain_limits")


@transaction.atomic
def add_server(
    *, name: str, kind: str, settings: dict, secrets: dict, limits: dict | None = None, by: str, at: int
) -> Server:
    """A new way out. `secrets` are encrypted and never shown again. Raises CannotSend with a sentence."""
    made = Server(name=name.strip(), kind=kind, channel=provider(kind).CHANNEL, settings=settings, created_us=at)
    made.secrets = encrypt(json.dumps(secrets)) if secrets else ""
    _set_limits(made, limits or {})
    _save(made, f"There is already a server called “{name}”.")
    audit(by=by, act="server.add", object=f"server:{made.id}", details={"kind": kind}, at=at)
    return made


@transaction.atomic
def change_server(
    *, server_id: int, name: str, settings: dict, secrets: dict, limits: dict | None = None, by: str, at: int
) -> Server:
    """New settings for a server; an empty secret keeps what is there. Raises Server.DoesNotExist, CannotSend."""
    found = Server.objects.select_for_update().get(id=server_id)
    found.name, found.settings = name.strip(), settings
    kept = json.loads(decrypt(found.secrets)) if found.secrets else {}
    kept |= {key: value for key, value in secrets.items() if value}
    found.secrets = encrypt(json.dumps(kept)) if kept else ""
    _set_limits(found, limits or {})
    _save(found, f"There is already a server called “{name}”.")
    audit(by=by, act="server.change", object=f"server:{found.id}", details={"fields": sorted(settings)}, at=at)
    return found


@transaction.atomic
def pause_server(*, server_id: int, why: str = "", by: str, at: int) -> None:
    """Nothing leaves by this server; its messages go by the others, or wait. Idempotent."""
    if Server.objects.filter(id=server_id, paused_us=None).update(paused_us=at, paused_why=why[:300]):
        audit(by=by, act="server.pause", object=f"server:{server_id}", details={"why": why}, at=at)


@transaction.atomic
def resume_server(*, server_id: int, by: str, at: int) -> None:
    """Messages may leave by this server again; what it refused, and what bounced so far, is forgotten. Idempotent."""
    Bucket.objects.filter(key=f"server:{server_id}").update(closed_us=0, refusals=0)
    if Server.objects.filter(id=server_id).exclude(paused_us=None).update(paused_us=None, paused_why="", state={}):
        Tally.objects.filter(key=f"server:{server_id}").delete()
        audit(by=by, act="server.resume", object=f"server:{server_id}", details={}, at=at)


@transaction.atomic
def save_sender(
    *, sender_id: int | None = None, name: str, address: str, channel: str = "email", reply_to: str = "",
    bounce_domain: str = "", by: str, at: int,
) -> Sender:  # fmt: skip
    """A new sender, or one changed. Raises CannotSend for addresses that are none."""
    sender = Sender.objects.select_for_update().get(id=sender_id) if sender_id else Sender(created_us=at)
    before = sender.address
    sender.name, sender.channel = " ".join(name.split()), channel
    sender.address, sender.reply_to, sender.bounce_domain = address.strip(), reply_to.strip(), bounce_domain.strip()
    if channel == "email":
        _check_sender(sender)
    if before and before.rpartition("@")[2].lower() != sender.address.rpartition("@")[2].lower():
        sender.dkim_key = sender.dkim_selector = sender.next_key = sender.next_selector = ""  # of one domain only
    sender.save()
    audit(by=by, act="sender.save", object=f"sender:{sender.id}", details={}, at=at)
    return sender


@transaction.atomic
def archive_sender(*, sender_id: int, by: str, at: int) -> None:
    """No new message is written in its name. Idempotent."""
    if Sender.objects.filter(id=sender_id, archived_us=None).update(archived_us=at):
        audit(by=by, act="sender.archive", object=f"sender:{sender_id}", details={}, at=at)


@transaction.atomic
def make_dkim_key(*, sender_id: int, by: str, at: int) -> Sender:
    """A fresh key for the sender's domain, under a selector that was never used; shared by its other senders.

    Mail is signed with it from when its record was seen in the DNS (`use_published_key`); by an older one until then.
    """
    sender = Sender.objects.get(id=sender_id)
    domain = sender.address.rpartition("@")[2].lower()
    key, selector = encrypt(dkim.new_key()), f"regulars{from_us(at):%Y%m%d%H%M%S}"
    Sender.objects.filter(id__in=_same_domain(domain)).update(next_key=key, next_selector=selector)
    audit(by=by, act="sender.key", object=f"sender:{sender_id}", details={}, at=at)
    return Sender.objects.get(id=sender_id)


def _same_domain(domain: str) -> list[int]:
    return [s.id for s in Sender.objects.filter(channel="email") if s.address.lower().endswith("@" + domain)]


@transaction.atomic
def use_published_key(*, selector: str, at: int) -> bool:
    """The record of a fresh key was seen: mail of every sender that has it is signed with it from now on. Says
    whether there was one. Idempotent."""
    waiting = Sender.objects.filter(next_selector=selector).exclude(next_key="")
    used = waiting.update(dkim_key=F("next_key"), dkim_selector=F("next_selector"), next_key="", next_selector="")
    if used:
        audit(by="system", act="sender.sign", object=f"key:{selector}", details={}, at=at)
    return bool(used)


def _set_limits(server: Server, limits: dict) -> None:
    for name, value in limits.items():
        if name not in LIMITS:
            raise CannotSend(f"A server has no limit “{name}”.")
        setattr(server, name, value)
    if not server.lanes:
        raise CannotSend("A server carries bulk messages, transactional ones, or both.")


def _check_sender(sender: Sender) -> None:
    try:
        address_of(sender.address)
        if sender.reply_to:
            address_of(sender.reply_to)
        if "@" in sender.bounce_domain:
            address_of(sender.bounce_domain)
        elif sender.bounce_domain:
            domain_of(sender.bounce_domain)
    except BadAddress as bad:
        raise CannotSend(str(bad)) from None


def _save(server: Server, taken: str) -> None:
    if not server.name:
        raise CannotSend("Give the server a name.")
    try:
        with transaction.atomic():
            server.save()
    except IntegrityError:
        raise CannotSend(taken) from None
