"""Run by the tests in processes of their own, and killed there: plan, deliver to a real SMTP server, say what is so.

`python -m regulars.channels.tests.child plan PEOPLE PORT [EACH CAP] | work | withdraw | report`
"""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from regulars.channels.actions import Planned, ensure_campaign, plan  # noqa: E402
from regulars.channels.delivery import rounds  # noqa: E402
from regulars.channels.models import Cap, Message, Sender, Server, State  # noqa: E402
from regulars.channels.tests import fakes  # noqa: E402
from regulars.core.clock import DAY, now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.people.actions import ConsentSaid, Sighting, record_consent, record_sightings  # noqa: E402

OPEN = (State.PLANNED, State.CLAIMED, State.HANDING_OFF)
SAID = (ConsentSaid("email", "granted"),)


def plan_for(people: int, port: int, each: int = 1, cap: int = 0) -> None:
    """People with addresses, a server at the port, and a message for each; or several, with a cap for the week."""
    at = now_us()
    Business.objects.create(id=1, name="Northgate", timezone="Europe/London")
    Server.objects.create(
        name="Sink", channel="email", kind="smtp", settings={"host": "127.0.0.1", "port": port, "tls": "none"},
        created_us=at,
    )  # fmt: skip
    Sender.objects.create(name="Northgate", address="hello@northgate.example", created_us=at)
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


def report() -> None:
    """{address: state}; the address is there from the hand-off on."""
    rows = Message.objects.order_by("id").values_list("address", "state")
    print("report", json.dumps([[address, State(state).name] for address, state in rows]))


if __name__ == "__main__":
    {"plan": plan_for, "work": work, "withdraw": withdraw, "decided": decided, "report": report}[sys.argv[1]](
        *map(int, sys.argv[2:])
    )
