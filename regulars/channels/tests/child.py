"""Run by the tests in processes of their own, and killed there: plan, deliver to a real SMTP server, say what is so.

`python -m regulars.channels.tests.child plan PEOPLE PORT [EACH CAP] | night PEOPLE PORT FROM | work | once |
dark | tell | withdraw | report | sent | decided | touched`
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db.models import F  # noqa: E402

from regulars.channels.actions import Planned, ensure_campaign, plan  # noqa: E402
from regulars.channels.delivery import gate, rounds, telling  # noqa: E402
from regulars.channels.models import Cap, Contact, Message, QuietHours, Sender, Server, State  # noqa: E402
from regulars.channels.tests import fakes  # noqa: E402
from regulars.channels.tests.clock import read_clock, set_clock  # noqa: E402
from regulars.core.clock import DAY, now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.people.actions import ConsentSaid, Sighting, record_consent, record_sightings  # noqa: E402
from regulars.people.models import Touch  # noqa: E402

OPEN = (State.PLANNED, State.CLAIMED, State.HANDING_OFF)
SAID = (ConsentSaid("email", "granted"),)
ZONES = ("Europe/London", "Asia/Tokyo", "America/New_York")


def plan_for(people: int, port: int, each: int = 1, cap: int = 0) -> None:
    """People with addresses, a server at the port, and a message for each; or several, with a cap for the week."""
    at = now_us()
    _open_shop(port, at)
    if cap:
        Cap.objects.create(most=cap, window_us=7 * DAY, changed_us=at, changed_by="user:1")
    campaigns = [ensure_campaign(origin=f"broadcast:{n}", name="Autumn", version_id=1, at=at) for n in range(each)]
    for start in range(0, people, 2000):
        wanted = range(start, min(people, start + 2000))
        sightings = [
            Sighting("shop", (("user", f"c{n}"),), (("email", f"p{n}@shop.example"),), {}, SAID, at) for n in wanted
        ]
        nodes = record_sightings(sightings=sightings, source_id=1, at=at)
        for n, campaign in enumerate(campaigns):
            plan(campaign_id=campaign.id, items=[Planned(f"m{n}:{node}", node, at) for node in nodes], at=at)


def _open_shop(port: int, at: int) -> None:
    Business.objects.create(id=1, name="Northgate", timezone="Europe/London")
    Server.objects.create(
        name="Sink", channel="email", kind="smtp", settings={"host": "127.0.0.1", "port": port, "tls": "none"},
        created_us=at,
    )  # fmt: skip
    Sender.objects.create(name="Northgate", address="hello@northgate.example", created_us=at)


def night_for(people: int, port: int, start: int) -> None:
    """People in three time zones with quiet nights; their messages fall due all through the next day and night."""
    _open_shop(port, start)
    QuietHours.objects.create(channel="email", start=21 * 60, end=8 * 60, changed_us=start, changed_by="user:1")
    campaign = ensure_campaign(origin="broadcast:1", name="Autumn", version_id=1, at=start)
    sightings = [
        Sighting("shop", (("user", f"c{n}"),), (("email", f"p{n}@shop.example"),), {"timezone": ZONES[n % 3]}, SAID,
                 start - DAY)
        for n in range(people)
    ]  # fmt: skip
    nodes = record_sightings(sightings=sightings, source_id=1, at=start)
    items = [Planned(f"m:{node}", node, start) for node in nodes]
    plan(campaign_id=campaign.id, items=items, at=start)
    # whoever only believed the forecast would send all night
    first = Message.objects.order_by("id").values_list("id", flat=True)[0]
    Message.objects.update(due_us=start + (F("id") - first) * (DAY // people))


def dark() -> None:
    """Deliver by the clock in the home until it says 0: everything that is due at each moment it shows."""
    fakes.put_texts()
    rounds.LOOK_AFTER, gate.STANDSTILL, seen = 0.1, 7 * DAY, 1
    while at := read_clock(settings.REGULARS_HOME):
        while at > seen and rounds.deliver_some("bulk", at):
            pass
        seen = at
        set_clock(settings.REGULARS_HOME, seen, of=os.getpid())
        time.sleep(0.002)


def once() -> None:
    """A single round."""
    fakes.put_texts()
    rounds.deliver_some("bulk", now_us())


def tell() -> None:
    """Tell of everybody who was written to, a few at a time."""
    telling.MOST = 20
    while telling.tell_contacts(now_us() + 2 * telling.LATER):
        pass


def touched() -> None:
    """{person: how often somebody told of them}, for everybody who was written to."""
    told = Counter(Touch.objects.filter(cause="derived").values_list("person_id", flat=True))
    print("report", json.dumps({n: told[n] for n in Contact.objects.values_list("node_id", flat=True)}))


def work() -> None:
    """Deliver until nothing is left to do, also what dead workers left."""
    fakes.put_texts()
    rounds.LOOK_AFTER = 0.1
    while Message.objects.filter(state__in=OPEN, due_us__lte=now_us()).exists():
        if not rounds.deliver_some("bulk", now_us()):
            time.sleep(0.05)


def withdraw() -> None:
    """Every third person takes the consent back while messages go out; {person: when that was certain}."""
    sure = {}
    for person in Message.objects.order_by("?").values_list("node_id", flat=True).distinct():
        if person % 3 == 0 and person not in sure:
            fields = {
                "purpose": "marketing",
                "channel": "email",
                "state": "withdrawn",
                "evidence": {},
                "by": "user:1",
            }
            record_consent(node_id=person, **fields, at=now_us())
            sure[person] = now_us()
    print("report", json.dumps(sure))


def decided() -> None:
    """[person, verdict, rule, when] of every message."""
    rows = Message.objects.values_list("node_id", "decision__verdict", "decision__rule", "decided_us")
    print("report", json.dumps(list(rows)))


def sent() -> None:
    """[address, when it was handed off]."""
    print("report", json.dumps(list(Message.objects.filter(state=3).values_list("address", "decided_us"))))


def report() -> None:
    """{address: state}; the address is there from the hand-off on."""
    rows = Message.objects.order_by("id").values_list("address", "state")
    print("report", json.dumps([[address, State(state).name] for address, state in rows]))


if __name__ == "__main__":
    does = {"plan": plan_for, "night": night_for, "work": work, "once": once, "dark": dark, "tell": tell,
            "withdraw": withdraw, "report": report, "sent": sent, "decided": decided, "touched": touched}  # fmt: skip
    does[sys.argv[1]](*map(int, sys.argv[2:]))
