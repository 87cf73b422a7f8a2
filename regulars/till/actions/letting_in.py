"""Devices are let in by a number that a member of staff reads out, and are thrown out by name."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from django.db import transaction

from regulars.core.clock import DAY, MINUTE
from regulars.core.crypto import digest
from regulars.events.actions import create_source
from regulars.events.models import Source
from regulars.team.actions import audit
from regulars.till.models import Counter, Device, Pairing

VALID_US = 10 * MINUTE
NAMESPACE = "till"  # all tills of a business know a customer by the same address


class NotLetIn(ValueError):
    """A sentence for who holds the device."""


@transaction.atomic
def make_pairing(*, name: str, store: str, by: str, at: int) -> str:
    """A number of eight digits that lets one device in within ten minutes. Shown once."""
    name, store = name.strip()[:80], store.strip()[:80]
    if not name:
        raise NotLetIn("Give the till a name, such as “Counter 1”.")
    if Device.objects.filter(name=name, revoked_us=None).exists():
        raise NotLetIn(f"There is a till “{name}” already; choose another name.")
    number = f"{secrets.randbelow(10**8):08}"
    Pairing.objects.filter(expires_us__lt=at - DAY).delete()
    Pairing.objects.create(
        digest=digest("pairing", number), name=name, store=store, made_us=at, made_by=by, expires_us=at + VALID_US
    )
    audit(by=by, act="till.pair", details={"name": name}, at=at)
    return number


@transaction.atomic
def let_in(*, number: str, at: int) -> tuple[Device, str]:
    """The device and its token, which only the device keeps. Raises NotLetIn."""
    typed = "".join(letter for letter in number if letter.isdigit())
    mark = digest("pairing", typed)
    if not Pairing.objects.filter(digest=mark, used_us=None, expires_us__gt=at).update(used_us=at):
        raise NotLetIn("This number is wrong, used or older than ten minutes. Please make a new one.")
    pairing = Pairing.objects.get(digest=mark)
    token = secrets.token_urlsafe(32)
    made = Device.objects.create(
        name=pairing.name, store=pairing.store, digest=_digest(token), source_id=_source(pairing.made_by, at).id,
        let_in_us=at, let_in_by=pairing.made_by, seen_us=at,
    )  # fmt: skip
    audit(by=pairing.made_by, act="till.let_in", object=f"till:{made.id}", at=at)
    return made, token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _source(by: str, at: int) -> Source:
    found = Source.objects.filter(kind="till").order_by("id").first()
    return found or create_source(name=_free_name(), kind="till", namespace=NAMESPACE, by=by, at=at)


def _free_name() -> str:
    """A shop may have a source of that name already, which its own tills send to."""
    taken = set(Source.objects.values_list("name", flat=True))
    names = ("Tills", "Till page", *(f"Till page {n}" for n in range(2, 1000)))
    return next(one for one in names if one not in taken)


def see(*, token: str, at: int) -> Device | None:
    """The device of a token, if it is let in. Notes that it was here, at most once a minute."""
    found = Device.objects.filter(digest=_digest(token), revoked_us=None).first()
    if found is not None and (found.seen_us or 0) < at - MINUTE:
        Device.objects.filter(id=found.id).update(seen_us=at)
    return found


@transaction.atomic
def revoke_device(*, device_id: int, by: str, at: int) -> None:
    """It is out at once."""
    Device.objects.filter(id=device_id, revoked_us=None).update(revoked_us=at)
    audit(by=by, act="till.revoke", object=f"till:{device_id}", at=at)


@transaction.atomic
def change_counter(
    *, wording: str, categories: Sequence[str], ask_sms: bool, survey_id: int | None, by: str, at: int
) -> Counter:
    """What the counter says and sells."""
    said = [name.strip()[:60] for name in categories if name.strip()]
    values = {"wording": wording.strip(), "categories": list(dict.fromkeys(said))[:24], "ask_sms": ask_sms}
    made, _ = Counter.objects.update_or_create(id=1, defaults=values | {"survey_id": survey_id})
    audit(by=by, act="till.counter", at=at)
    return made
