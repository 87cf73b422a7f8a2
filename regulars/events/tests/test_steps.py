"""The steps an event goes through: clock, names, who it speaks of."""

import json

import pytest

from regulars.core.clock import DAY, HOUR, SECOND, from_us, to_us
from regulars.events.pipeline import Origin, Ready, prepare, split
from regulars.events.times import happened_at
from regulars.events.vocabulary import canonical

NOW = 1_790_000_000_000_000


def iso(us):
    return from_us(us).isoformat().replace("+00:00", "Z")


def ready(item, **envelope):
    body = json.dumps({"batch": [item], **envelope}).encode()
    events, origin = split(body, Origin(1, "shop", NOW, raw_seq=9))
    (found,) = prepare(events, origin)
    assert isinstance(found, Ready), found
    return found


@pytest.mark.parametrize(("original", "sent", "expected"), [
    (iso(NOW - HOUR), iso(NOW), NOW - HOUR),
    (iso(NOW - HOUR + 3 * SECOND), iso(NOW + 3 * SECOND), NOW - HOUR + 3 * SECOND),  # too little to be a wrong clock
    (iso(NOW + 2 * DAY), iso(NOW + 2 * DAY), NOW),  # a clock two days fast
    (iso(NOW - 9 * DAY), iso(NOW - 8 * DAY), NOW - DAY),  # a clock eight days slow
    (iso(NOW - HOUR), None, NOW - HOUR),
    (iso(NOW - HOUR), "soon", NOW - HOUR),
    (None, iso(NOW), NOW),
    ("", iso(NOW), NOW),
    (iso(NOW + 3 * DAY), None, NOW + DAY),  # never more than a day ahead
    (NOW // SECOND - 60, None, (NOW // SECOND - 60) * SECOND),
    (NOW // 1000 - 60, None, (NOW // 1000 - 60) * 1000),
    (str(NOW // 1000), None, NOW // 1000 * 1000),
    ("1997-01-01", None, to_us(from_us(852_076_800 * SECOND))),
    ("2026-09-21T16:13:20+02:00", None, NOW),
])  # fmt: skip
def test_the_senders_clock_is_corrected(original, sent, expected):
    assert happened_at(original, sent, NOW) == expected


def test_a_resend_with_a_new_time_of_sending_comes_to_the_same_time():
    first = happened_at(iso(NOW + HOUR), iso(NOW + HOUR), NOW)
    again = happened_at(iso(NOW + HOUR), iso(NOW + 5 * HOUR), NOW + 4 * HOUR)
    assert first == again


def test_what_the_envelope_says_counts_for_each_event():
    found = ready({"type": "track", "event": "e", "userId": "u"}, originalTimestamp=iso(NOW - HOUR),
                  sentAt=iso(NOW), context={"locale": "de-AT"})  # fmt: skip
    assert found.ts == NOW - HOUR
    assert json.loads(found.context) == {"locale": "de-AT"}


@pytest.mark.parametrize(
    "name", ["Order Completed", "order_completed", "orderCompleted", "Completed Order", "order completed"]
)
def test_names_of_the_vocabulary_have_one_spelling(name):
    assert canonical(name) == "Order Completed"


def test_other_names_stay_as_they_are():
    assert canonical("Boots Polished") == "Boots Polished"


def sighting(**item):
    return ready({"type": "track", "event": "e", **item}).sighting


def test_numbers_and_text_are_the_same_id():
    assert sighting(userId=7).keys == sighting(userId="7").keys == sighting(userId=7.0).keys == (("user", "7"),)


def test_account_comes_before_device():
    assert sighting(userId="u", anonymousId="d").keys == (("user", "u"), ("anonymous", "d"))
    assert sighting(userId=None, anonymousId="d").keys == (("anonymous", "d"),)


def test_an_alias_names_both():
    found = ready({"type": "alias", "userId": "u", "previousId": "before"}).sighting
    assert set(found.keys) == {("user", "u"), ("user", "before"), ("anonymous", "before")}


def test_traits_are_found_where_each_client_puts_them():
    mail = {"email": "a@shop.example.com"}
    for where in ({"traits": mail}, {"context": {"traits": mail}}):
        found = ready({"type": "identify", "userId": "u", **where}).sighting
        assert found.traits == mail and found.identifiers == (("email", "a@shop.example.com"),)


def test_only_identify_sets_traits():
    assert sighting(userId="u", context={"traits": {"email": "a@shop.example.com"}}).traits == {}
    assert ready({"type": "group", "userId": "u", "groupId": "g", "traits": {"plan": "x"}}).sighting.traits == {}


def test_identifiers_are_found_in_traits_properties_and_external_ids():
    external = [{"type": "shopify", "id": "9"}, {"type": "email", "id": "e@x.example.com"}, {"type": "x"}, 7]
    said = {"email": "p@x.example.com", "phone": 447700900123, "loyalty_card": "C1"}
    found = sighting(userId="u", properties=said, context={"externalIds": external})
    assert set(found.identifiers) == {
        ("email", "p@x.example.com"), ("phone", "447700900123"), ("card", "C1"), ("external:shopify", "9"),
        ("email", "e@x.example.com"),
    }  # fmt: skip


def test_an_e_mail_alone_is_enough_to_know_somebody(db):
    found = sighting(properties={"email": "rosa@shop.example.com"})
    assert found.keys == () and found.identifiers == (("email", "rosa@shop.example.com"),)


def test_a_merge_call_of_rudderstack_links_its_values():
    said = [{"type": "email", "value": "a@x.example.com"}, {"type": "mobile", "value": "07700900123"}]
    found = ready({"type": "merge", "userId": "u", "mergeProperties": said})
    assert set(found.sighting.identifiers) == {("email", "a@x.example.com"), ("phone", "07700900123")}


def test_consents_are_said_by_our_extension_of_the_context():
    said = {"consents": [{"channel": "email", "state": "granted", "wording": "Yes, please"}]}
    (consent,) = sighting(userId="u", context=said).consents
    assert (consent.channel, consent.state, consent.purpose) == ("email", "granted", "marketing")


def test_an_event_without_id_is_known_by_its_place_in_the_request():
    assert ready({"type": "track", "event": "e", "userId": "u"}).message_id == f"raw-{NOW:x}-9-0"
    assert len(ready({"type": "track", "event": "e", "userId": "u", "messageId": "x" * 500}).message_id) == 64


def test_page_and_group_keep_what_stands_beside_the_properties():
    page = ready({"type": "page", "userId": "u", "name": "Boots", "category": "Shop", "properties": {"url": "x"}})
    assert json.loads(page.properties) == {"url": "x", "name": "Boots", "category": "Shop"}
    assert json.loads(ready({"type": "group", "userId": "u", "groupId": "club"}).properties) == {"groupId": "club"}
