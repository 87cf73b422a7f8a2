"""Who an event speaks of: account, device, e-mail, phone, card, traits and consents, as `people` wants them."""

from __future__ import annotations

from typing import Any

from regulars.events.item import Item, Refused, kind_of, text_of
from regulars.people.actions import ConsentSaid, Sighting

LONGEST_ID = 255
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
    """Raises Refused when the event names nobody."""
    identifiers = _identifiers(item, traits, properties, context)
    return Sighting(
        namespace=namespace,
        keys=_keys(item, kind, identifiers),
        identifiers=identifiers,
        traits=_traits(kind, traits, context),
        consents=_consents(context, at),
        at=at,
    )


def _id(value: Any, field: str) -> str:
    found = text_of(value, field, LONGEST_ID)
    return "" if found.lower() in NOBODY else found


def _keys(item: Item, kind: str, identifiers: Pairs) -> Pairs:
    user, anonymous = _id(item.user_id, "userId"), _id(item.anonymous_id, "anonymousId")
    keys = [("user", user)] if user else []
    if anonymous:
        keys.append(("anonymous", anonymous))
    if kind == "alias" and (before := _id(item.previous_id, "previousId")):
        keys += [("user", before), ("anonymous", before)]
    if not keys:
        keys = [_record(identifiers)]
    return tuple(keys)


def _record(identifiers: Pairs) -> tuple[str, str]:
    """Without an id, the same e-mail, phone or card at the same source is the same record."""
    for type_, value in identifiers:
        return ("record", f"{type_}:{value.strip().lower()}"[:LONGEST_ID])
    raise Refused("no_id", "The event has neither userId nor anonymousId, nor an e-mail, phone or card to know by.")


def _identifiers(item: Item, traits: dict, properties: dict, context: dict) -> Pairs:
    found: dict[tuple[str, str], None] = {}
    said = context.get("traits")
    for place in (traits, said if isinstance(said, dict) else {}, properties):
        for field, type_ in FIELDS.items():
            _add(found, type_, place.get(field))
    external = context.get("externalIds")
    for entry in external if isinstance(external, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            _add(found, EXTERNAL.get(entry["type"], f"external:{entry['type'][:11]}"), entry.get("id"))
    merged = item.merge_properties
    for entry in merged if isinstance(merged, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            _add(found, EXTERNAL.get(entry["type"], f"external:{entry['type'][:11]}"), entry.get("value"))
    return tuple(found)


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


def _consents(context: dict, at: int) -> tuple[ConsentSaid, ...]:
    """`context.consents`: [{"channel", "state", "purpose", "address", "wording"}], our own extension."""
    said = context.get("consents")
    if said is None:
        return ()
    if not isinstance(said, list):
        raise Refused("wrong_type", f"context.consents must be a list, not {kind_of(said)}.")
    return tuple(_consent(entry, at) for entry in said)


def _consent(entry: Any, at: int) -> ConsentSaid:
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
    )
