"""What the DNS says about a sending domain, and what to change: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489),
where bounces and answers go (MX), and whether the sending machine has a name. Each finding is a sentence and a to-do.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulars.channels.mail.addresses import BadAddress, domain_of

Ask = Callable[[str, str], list[str]]  # (name, record type) -> values; [] when there is none; raises Silent
LOOKUPS = 10  # RFC 7208, 4.6.4: more of them and the record counts as broken
PATIENCE = 5.0


class Silent(Exception):
    """The DNS could not be asked."""


@dataclass(frozen=True, slots=True)
class Found:
    """`state`: good, warn, bad or unknown. `record` is (name, type, value) to publish, where that is what to do."""

    topic: str
    state: str
    sentence: str
    to_do: str = ""
    record: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What is looked at: a sender and the machine its mail leaves by. `dkim_record` is what should be published;
    `signs`: mail is signed with it already."""

    address: str
    bounce: str = ""
    selector: str = ""
    dkim_record: str = ""
    host: str = ""
    signs: bool = True


def ask_dns(name: str, kind: str) -> list[str]:
    """The DNS as this machine sees it."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=PATIENCE, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Silent(f"The DNS did not answer about {name}: {type(error).__name__}.") from None
    if kind == "TXT":
        return [b"".join(part.strings).decode("utf-8", "replace") for part in answer]
    return [part.to_text().rstrip(".") for part in answer]


def look(setup: Setup, ask: Ask = ask_dns) -> list[Found]:
    """Every finding about one sender, in the order in which they are worth mending. Never raises."""
    try:
        domain = domain_of(setup.address.rpartition("@")[2])
        envelope = domain_of(setup.bounce.rpartition("@")[2]) if setup.bounce else domain
    except BadAddress as bad:
        return [Found("Sender", "bad", str(bad), "Correct the sender's address.")]
    checks = (
        lambda: _dkim(domain, setup, ask),
        lambda: _spf(envelope, setup, ask),
        lambda: _dmarc(domain, envelope, setup, ask),
        lambda: _comes_back("Bounces", envelope, ask) if envelope != domain else None,
        lambda: _comes_back("Replies", domain, ask),
        lambda: _named(setup.host, ask),
    )
    return [found for check in checks if (found := _said(check))]


def _said(check: Callable[[], Found | None]) -> Found | None:
    try:
        return check()
    except Silent as silent:
        return Found("DNS", "unknown", str(silent), "Try again; if it stays so, look at this machine's name server.")


def _dkim(domain: str, setup: Setup, ask: Ask) -> Found:
    if not setup.selector:
        return Found("DKIM", "bad", "Mail is not signed: large mailbox providers refuse or hide it.",
                     "Make a key for this sender.")  # fmt: skip
    name = f"{setup.selector}._domainkey.{domain}"
    record = (name, "TXT", setup.dkim_record)
    there = [text for text in ask(name, "TXT") if "p=" in text]
    if not there and not setup.signs:
        return Found("DKIM", "bad", f"The key is not published at {name} yet: signing begins once it is seen there.",
                     "Publish this record where the domain's DNS is kept.", record)  # fmt: skip
    if not there:
        return Found("DKIM", "bad", f"Mail is signed, but the key is not published at {name}.",
                     "Publish this record where the domain's DNS is kept.", record)  # fmt: skip
    if _key_in(there[0]) != _key_in(setup.dkim_record):
        return Found("DKIM", "bad", f"Another key is published at {name}: every signature fails.",
                     "Replace the record by this one.", record)  # fmt: skip
    if not setup.signs:
        return Found("DKIM", "good", f"The key at {name} is the right one: mail is signed with it from now on.")
    return Found("DKIM", "good", f"Mail is signed, and the key at {name} is the right one.")


def has_key(record: tuple[str, str, str], ask: Ask = ask_dns) -> bool:
    """Whether the DNS publishes this key. False, too, when it does not answer."""
    name, kind, value = record
    try:
        return any(_key_in(text) == _key_in(value) for text in ask(name, kind) if "p=" in text)
    except Silent:
        return False


def _key_in(record: str) -> str:
    found = re.search(r"(?:^|;)\s*p\s*=\s*([^;]*)", record)
    return re.sub(r"\s", "", found[1]) if found else ""


def _spf(domain: str, setup: Setup, ask: Ask) -> Found:
    records = [text for text in ask(domain, "TXT") if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if not records:
        record = (domain, "TXT", f"v=spf1 {_mechanism(setup.host, ask)} ~all")
        return Found("SPF", "bad", f"{domain} does not say who may send in its name.",
                     "Publish this record, with what your mail service asks for.", record)  # fmt: skip
    if len(records) > 1:
        return Found("SPF", "bad", f"{domain} has {len(records)} SPF records; two count as none.",
                     "Join them into one.")  # fmt: skip
    words = records[0].lower().split()
    if "+all" in words or "all" in words:
        return Found("SPF", "bad", f"{domain} lets everybody send in its name.", "Replace +all by ~all.")
    lookups = _lookups(domain, records[0], ask)
    if lookups > LOOKUPS:
        return Found("SPF", "bad", f"The SPF record of {domain} asks {lookups} questions; {LOOKUPS} are allowed.",
                     "Remove services that no longer send for you.")  # fmt: skip
    if not any(word.endswith("all") or word.startswith("redirect=") for word in words):
        return Found("SPF", "warn", f"The SPF record of {domain} says nothing about all others.", "End it with ~all.")
    return Found("SPF", "good", f"{domain} says who may send in its name.")


def _mechanism(host: str, ask: Ask) -> str:
    addresses = [one for one in _addresses(host, ask) if ipaddress.ip_address(one).is_global]
    return " ".join(f"ip{ipaddress.ip_address(one).version}:{one}" for one in addresses) or "mx"


def _lookups(domain: str, record: str, ask: Ask, seen: frozenset[str] = frozenset()) -> int:
    """How many further questions evaluating the record takes."""
    count = 0
    for word in record.split()[1:]:
        word = word.lower().lstrip("+-~?")
        if re.match(r"(a|mx|ptr|exists)([:/]|$)", word):
            count += 1
        target = re.match(r"(?:include:|redirect=)(.+)", word)
        if target and "%" not in target[1]:
            count += 1
            if target[1] not in seen and count <= LOOKUPS:
                inner = [text for text in ask(target[1], "TXT") if text.lower().startswith("v=spf1")]
                count += _lookups(target[1], inner[0], ask, seen | {domain, target[1]}) if inner else 0
    return count


def _dmarc(domain: str, envelope: str, setup: Setup, ask: Ask) -> Found:
    where, record = _dmarc_record(domain, ask)
    if record is None:
        value = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
        return Found("DMARC", "bad", f"{domain} has no DMARC record; large mailbox providers ask for one.",
                     "Publish this record; after some weeks without trouble write p=quarantine.",
                     (f"_dmarc.{domain}", "TXT", value))  # fmt: skip
    policy = re.search(r"(?:^|;)\s*p\s*=\s*(\w+)", record)
    if not policy or policy[1].lower() not in ("none", "quarantine", "reject"):
        return Found("DMARC", "bad", f"The DMARC record at {where} cannot be read.", "It needs p=none or stricter.")
    if not setup.selector and not _related(domain, envelope):
        return Found("DMARC", "bad", "Mail passes neither by signature nor by return path.",
                     f"Sign it, or let bounces come back to a domain under {domain}.")  # fmt: skip
    if policy[1].lower() == "none":
        return Found("DMARC", "warn", f"{where} asks others to do nothing about forged mail.",
                     "When DKIM and SPF have been good for some weeks, write p=quarantine.")  # fmt: skip
    return Found("DMARC", "good", f"{where} protects the name: forged mail is held back.")


def _dmarc_record(domain: str, ask: Ask) -> tuple[str, str | None]:
    """The domain's own, or that of the domain above it."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        where = "_dmarc." + ".".join(labels[start:])
        for text in ask(where, "TXT"):
            if text.lower().startswith("v=dmarc1"):
                return where, text
    return f"_dmarc.{domain}", None


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _comes_back(topic: str, domain: str, ask: Ask) -> Found:
    if ask(domain, "MX") or ask(domain, "A"):
        return Found(topic, "good", f"{topic} to {domain} find a mail server.")
    return Found(topic, "bad", f"{domain} takes no mail: {topic.lower()} are lost.",
                 "Publish an MX record that names the server of a mailbox you read.")  # fmt: skip


def _named(host: str, ask: Ask) -> Found | None:
    """Whether the machine has a name that leads back to it. A private one shows another address outside."""
    public = [one for one in _addresses(host, ask) if ipaddress.ip_address(one).is_global] if host else []
    if not public:
        return None
    for address in public:
        names = ask(ipaddress.ip_address(address).reverse_pointer, "PTR")
        if not any(address in _addresses(name, ask) for name in names):
            return Found("Name of the server", "warn", f"{address} has no name in the DNS that leads back to it.",
                         "If it is your own machine, set its reverse DNS where you rent it.")  # fmt: skip
    return Found("Name of the server", "good", f"{host} has a name that leads back to it.")


def _addresses(host: str, ask: Ask) -> Sequence[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return [*ask(host, "A"), *ask(host, "AAAA")] if "." in host else []
