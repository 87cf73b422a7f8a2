"""Whether mail of a sender will arrive: what the DNS publishes, and how its servers speak. Asks the network."""

from __future__ import annotations

from functools import lru_cache

from regulars.channels.mail import dkim
from regulars.channels.mail.published import Ask, Found, Setup, ask_dns, has_key, look
from regulars.channels.models import Sender, Server
from regulars.channels.providers import provider
from regulars.channels.views import way_of
from regulars.core.crypto import decrypt


def findings(sender: Sender, *, ask: Ask = ask_dns) -> list[Found]:
    """Everything that was found about a sender, the DNS first, then each server that carries its channel."""
    servers = list(Server.objects.filter(channel=sender.channel, paused_us=None).order_by("name"))
    if sender.channel != "email":
        return []
    record = dkim_record(sender)
    host = next((str(one.settings.get("host", "")) for one in servers if one.kind == "smtp"), "")
    selector = sender.next_selector or sender.dkim_selector
    signs = bool(sender.dkim_key) and not sender.next_key
    setup = Setup(sender.address, sender.bounce_domain, selector, record[2] if record else "", host, signs=signs)
    return [*look(setup, ask), *(_server(one) for one in servers if hasattr(provider(one.kind), "probe"))]


def dkim_record(sender: Sender) -> tuple[str, str, str] | None:
    """(name, TXT, value) to publish, of the fresh key where there is one; None while the sender has no key."""
    key, selector = (sender.next_key, sender.next_selector) if sender.next_key else (
        sender.dkim_key, sender.dkim_selector)  # fmt: skip
    return _record(selector, sender.address.rpartition("@")[2].lower(), key) if key else None


def is_published(sender: Sender, *, ask: Ask = ask_dns) -> bool:
    """Whether the DNS has the record that `dkim_record` asks for. False, too, when it does not answer."""
    record = dkim_record(sender)
    return record is not None and has_key(record, ask)


@lru_cache(64)
def _record(selector: str, domain: str, encrypted: str) -> tuple[str, str, str]:
    return f"{selector}._domainkey.{domain}", "TXT", dkim.record(decrypt(encrypted))


def _server(server: Server) -> Found:
    finding = provider(server.kind).probe(way_of(server))
    if not finding.good:
        return Found(server.name, "bad", finding.sentence, "Look at its settings, or try again in a while.")
    if not finding.tls and not _is_near(server):
        return Found(
            server.name, "warn", finding.sentence, "Choose STARTTLS: without it anybody on the way reads along."
        )
    return Found(server.name, "good", finding.sentence)


def _is_near(server: Server) -> bool:
    return str(server.settings.get("host", "")) in ("localhost", "127.0.0.1", "::1")
