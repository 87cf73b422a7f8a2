"""Run by the tests in processes of their own, and killed there: plan, deliver to a real SMTP server, say what is so.

`python -m regulars.channels.tests.child plan PEOPLE PORT | work | report`
"""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from regulars.channels.actions import Planned, ensure_campaign, plan  # noqa: E402
from regulars.channels.delivery import rounds  # noqa: E402
from regulars.channels.models import Message, Sender, Server, State  # noqa: E402
from regulars.channels.tests import fakes  # noqa: E402
from regulars.core.clock import now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.people.actions import ConsentSaid, Sighting, record_sightings  # noqa: E402

OPEN = (State.PLANNED, State.CLAIMED, State.HANDING_OFF)
SAID = (ConsentSaid("email", "granted"),)


def plan_for(people: int, port: int) -> None:
    """People with addresses, a server at the port, and a message for each."""
    at = now_us()
    Business.objects.create(id=1, name="Northgate", timezone="Europe/London")
    Server.objects.create(
        name="Sink", channel="email", kind="smtp", settings={"host": "127.0.0.1", "port": port, "tls": "none"},
        created_us=at,
    )  # fmt: skip
    Sender.objects.create(name="Northgate", address="hello@northgate.example", created_us=at)
    campaign = ensure_campaign(origin="broadcast:1", name="Autumn", version_id=1, at=at)
    for start in range(0, people, 2000):
        wanted = range(start, min(people, start + 2000))
        sightings = [
            Sighting("shop", (("user", f"c{n}"),), (("email", f"p{n}@shop.example"),), {}, SAID, at) for n in wanted
        ]
        nodes = record_sightings(sightings=sightings, source_id=1, at=at)
        plan(campaign_id=campaign.id, items=[Planned(f"m:{node}", node, at) for node in nodes], at=at)


def work() -> None:
    """Deliver until nothing is left to do, also what dead workers left."""
    fakes.put_texts()
    rounds.LOOK_AFTER = 0.1
    while Message.objects.filter(state__in=OPEN).exists():
        if not rounds.deliver_some("bulk", now_us()):
            time.sleep(0.05)


def report() -> None:
    """{address: state}; the address is there from the hand-off on."""
    rows = Message.objects.order_by("id").values_list("address", "state")
    print("report", json.dumps([[address, State(state).name] for address, state in rows]))


if __name__ == "__main__":
    {"plan": plan_for, "work": work, "report": report}[sys.argv[1]](*map(int, sys.argv[2:]))
