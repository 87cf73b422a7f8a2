"""Who an event speaks of: account, device, e-mail, phone, card, traits and consents, as `people` wants them."""

from __future__ import annotations

from typing import Any

from regulars.core.models import Business
from regulars.events.item import Item, Refused, encode, kind_of, text_of
from regulars.people.sighting import NOBODY as NO_CUSTOMER
from regulars.people.sighting import ConsentSaid, Sighting, ready

LONGEST_ID = 255
LONGEST_EVIDENCE = 4000
NOBODY = frozenset(["", "null", "none", "undefined", "nan", "0", "[object object]"])
EMAIL = ("email", "email_address")
PHONE = ("phone", "phone_number", "mobile")
CARD = ("loyalty_card", "loyalty_number", "loyalty_id", "customer_card", "card")
FIELDS = {**dict.fromkeys(EMAIL, "email"), **dict.fromkeys(PHONE, "phone"), **dict.fromkeys(CARD, "card")}
EXTERNAL = FIELDS | {"phoneNumber": "phone"}

Pairs = tuple[tuple[str, str], ...]


def sighting_of(
    item: Item, *, kind: str, traits: dict, properties: dict, context: dict, namespace: str, at: int
) -> Sighting:
    """Without ids the strongest identifier says who it is. What is known by placeholders alone is
    nobody's. Raises Refused when the event names nobody."""
    identifiers = _identifiers(item, traits, properties, context)
    found = Sighting(
        namespace=namespace,
        keys=_keys(item, kind),
        identifiers=identifiers,
        traits=_traits(kind, traits, context),
        consents=_consents(context),
        at=at,
    )
    if not found.keys and not ready(found, Business.load().country).keys:
        if kind == "track" and identifiers:  # only noreply@ and its like: something happened, to nobody we know
            return Sighting(namespace, (("anonymous", NO_CUSTOMER),), (), {}, (), at)
        raise Refused(
            "no_id",
            "Nothing says who it is: no userId or anonymousId, and no e-mail, phone or card that can be read.",
        )
    return found


def _id(value: Any, field: str) -> str:
    found = text_of(value, field, LONGEST_ID)
    return "" if found.lower() in NOBODY else found


def _keys(item: Item, kind: str) -> Pairs:
    user, anonymous = _id(item.user_id, "userId"), _id(item.anonymous_id, "anonymousId")
    keys = [("user", user)] if user else []
    if anonymous:
        keys.append(("anonymous", anonymous))
    if kind == "alias" and (before := _id(item.previous_id, "previousId")):
        keys += [("user", before), ("anonymous", before)]
    return tuple(keys)


def _identifiers(item: Item, traits: dict, properties: dict, context: dict) -> Pairs:
    found: dict[tuple[str, str], None] = {}
    said = context.get("traits")
    for place in (traits, said if isinstance(said, dict) else {}, properties):
        for field in FIELDS.keys() & place.keys() if place else ():
            _add(found, FIELDS[field], place[field])
    external = context.get("externalIds")
    for entry in external if isinstance(external, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            _add(found, EXTERNAL.get(entry["type"], f"external:{entry['type'][:11]}"), entry.get("id"))
    merged = item.merge_properties
    for entry in merged if isinstance(merged, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            _add(found, EXTERNAL.get(entry["type"], f"external:{entry['type'][:11]}"), entry.get("value"))
    return tuple(sorted(found))


def _add(found: dict, type_: str, value: Any) -> None:
    """Values that cannot be an identifier are left out: they stay visible as a trait or property."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_ID:
        found[type_, value.strip()] = None


def _traits(kind: str, traits: dict, context: dict) -> dict[str, Any]:
    """What a person says about themselves: only identify does. RudderStack sends it in `context.traits`."""
    if kind != "identify":
        return {}
    said = context.get("traits")
    return {**(said if isinstance(said, dict) else {}), **traits}


def _consents(context: dict) -> tuple[ConsentSaid, ...]:
    """`context.consents`: [{"channel", "state", "purpose", "address", "wording", "evidence"}], our own extension."""
    said = context.get("consents")
    if said is None:
        return ()
    if not isinstance(said, list):
        raise Refused("wrong_type", f"context.consents must be a list, not {kind_of(said)}.")
    return tuple(_consent(entry) for entry in said)


def _consent(entry: Any) -> ConsentSaid:
    if not isinstance(entry, dict) or entry.get("state") not in ("granted", "pending", "withdrawn"):
        raise Refused("bad_consent", "A consent needs a state: granted, pending or withdrawn.")
    channel = text_of(entry.get("channel"), "consent channel", 20)
    if not channel:
        raise Refused("bad_consent", "A consent needs a channel, for example email, sms or post.")
    return ConsentSaid(
        purpose=text_of(entry.get("purpose"), "consent purpose", 40) or "marketing",
        channel=channel,
        state=entry["state"],
        address=text_of(entry.get("address"), "consent address", 255),
        wording=text_of(entry.get("wording"), "consent wording", 2000),
        evidence=_evidence(entry.get("evidence")),
    )


def _evidence(said: Any) -> dict[str, Any]:
    """What proves the consent, as its sender has it: an object of at most 4,000 characters."""
    if said is None:
        return {}
    if not isinstance(said, dict) or len(encode(said)) > LONGEST_EVIDENCE:
        raise Refused("bad_consent", f"The evidence of a consent is an object of at most {LONGEST_EVIDENCE} bytes.")
    return said
