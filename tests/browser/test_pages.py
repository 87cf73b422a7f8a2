"""Every staff page, wide and narrow, light and dark: it fits the screen and axe finds no serious fault."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regulars.channels import actions as channels
from regulars.core.clock import now_us
from regulars.events.models import Source
from regulars.events.sources.connections import connect
from regulars.people.models import Person
from regulars.segments.actions import create_list
from regulars.segments.models import Segment
from regulars.web.urls import urlpatterns
from tests.browser import thanking
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS
from tests.browser.shop import open_shop

PARTS = 4
NOT_PAGES = (
    "look", "journey_new", "source_new", "replay", "segment_preview", "release", "value_people", "cohort", "repeat",
    "picture_add", "calendar_note", "template_somebody",
)  # fmt: skip
NOT_PAGES += ("earning_new", "cohorts_csv", "journal_csv", "inbox_beat", "listening_voice", "inbox_hours")
NOT_PAGES += ("pressure_again", "gate_open", "suppression_add", "quiet_hours", "caps", "topics", "holdout")


def addresses() -> list[str]:
    """One address of every page."""
    plain = [p.name for p in urlpatterns if "<" not in str(p.pattern) and p.name not in NOT_PAGES]
    somebody = Person.objects.filter(merged_into=None).order_by("-nodes", "id").first()
    found = [reverse(f"web:{name}") for name in plain]
    found += [reverse("web:person", args=[somebody.id]), reverse("web:source", args=[Source.objects.first().id])]
    found += [reverse("web:value_people") + "?cell=best", reverse("web:cohort") + "?month=2026-03"]
    found += [reverse("web:value_people") + "?group=likely", reverse("web:repeat") + "?back=no"]
    segment = reverse("web:segment", args=[Segment.objects.first().id])
    found += [segment, segment + "?tab=changes", segment + "?tab=versions", segment + "/edit"]
    guests = create_list(name="Guests", person_ids=[somebody.id], by="system", at=now_us())
    found += [reverse("web:segment", args=[guests.id]), reverse("web:list_edit", args=[guests.id]) + "?q=a"]
    found += delivery_addresses() + shop_addresses() + thanking.addresses(somebody.id)
    return found + [reverse(f"team:{name}") for name in ("members", "keys", "audit")] + [reverse("mfa_index")]


def shop_addresses() -> list[str]:
    """A connected shop, a till with its mapping, and the forms that connect them."""
    values = {"shop": "northgate", "signing": "s", "header": "X-Signature"}
    made = {kind: connect(kind=kind, name=f"Our {kind}", values=values, by="system", at=now_us())
            for kind in ("shopify", "webhook")}  # fmt: skip
    found = [reverse("web:connection", args=[one.source_id]) for one in made.values()]
    found.append(reverse("web:mapping", args=[made["webhook"].source_id]))
    return found + [reverse("web:connect", args=[kind]) for kind in made]


def delivery_addresses() -> list[str]:
    """A server, a sender with a key and a mailbox, as they look when something is there."""
    said = {"by": "system", "at": now_us()}
    server = channels.add_server(name="Out", kind="smtp", settings={"host": "localhost"}, secrets={}, **said)
    sender = channels.save_sender(name="Shop", address="hello@shop.invalid", **said)
    channels.make_dkim_key(sender_id=sender.id, **said)
    box = channels.save_mailbox(
        name="Bounces", purpose="bounces", host="localhost", port=993, tls="none", username="b", password="p", **said
    )
    channels.suppress(channel="email", address="old@example.com", **said)
    made = [("server", server.id), ("sender", sender.id), ("mailbox", box.id), ("server_new", "anymail")]
    return [reverse(f"web:{name}", args=[which]) for name, which in made]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_fits_and_has_no_serious_fault(tab, part):
    open_shop()
    found = {}
    for address in addresses()[part::PARTS]:
        if tab.request.get(address).status == 405:  # an address that changes something and is no page
            continue
        answer = tab.goto(address)
        found[address] = [] if answer.status == 200 else [f"status {answer.status}"]
        for size, theme in LOOKS:
            tab.set_viewport_size(WIDTHS[size])
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found[address] += [f"{size}, {theme}: {fault}" for fault in faults(tab)]
            if (wider := too_wide(tab)) > 0:
                found[address].append(f"{size}: {wider} pixels wider than the screen")
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_pages_of_an_empty_system_have_no_serious_fault(tab):
    found = {}
    for name in ("today", "people", "retention", "value", "sources", "imports", "settings"):
        tab.goto(reverse(f"web:{name}"))
        found[name] = faults(tab)
    assert {name: problems for name, problems in found.items() if problems} == {}
