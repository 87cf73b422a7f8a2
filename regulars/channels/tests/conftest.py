"""People with addresses and consents, and a campaign with a published text."""

from __future__ import annotations

import itertools
import sys

import pytest

from regulars.channels import actions
from regulars.channels.models import Campaign
from regulars.content.models import Template, TemplateVersion
from regulars.people.actions import ConsentSaid, Sighting, record_sightings

_numbers = itertools.count(1)
VARIANT = {"subject": "Hello {{ person.name }}", "preheader": "", "format": "html", "source": "<p>Hello</p>"}


@pytest.fixture
def make_people(db, business, at):
    """make_people(3) or make_people(1, consent="withdrawn", traits={...}): person ids, each with an address."""

    def make(count=1, *, consent="granted", purposes=("marketing",), traits=None, channel="email", when=None):
        numbers = [next(_numbers) for _ in range(count)]
        said = tuple(ConsentSaid(channel, consent, purpose) for purpose in purposes) if consent else ()
        sightings = [
            Sighting("shop", (("user", f"c{n}"),), _address(channel, n), traits or {}, said, when or at - 10)
            for n in numbers
        ]
        return record_sightings(sightings=sightings, source_id=1, at=at)

    return make


def _address(channel: str, n: int) -> tuple[tuple[str, str], ...]:
    return (("email", f"ann{n}@shop-{n}.example"),) if channel == "email" else (("phone", f"+44 7700 {n:06}"),)


@pytest.fixture
def version(db, at) -> TemplateVersion:
    """A published text."""
    template = Template.objects.create(name="Hello", drafted_us=at, drafted_by="user:1", created_us=at, version=1)
    return TemplateVersion.objects.create(
        template_id=template.id, number=1, variants={"en": VARIANT}, compiled={}, at=at, by="user:1"
    )


@pytest.fixture
def campaign(db, business, version, at) -> Campaign:
    """A marketing campaign by e-mail."""
    return actions.ensure_campaign(origin="broadcast:1", name="Autumn", version_id=version.id, at=at)


@pytest.fixture
def mailbox(business, at, monkeypatch):
    """A server that keeps what it is given, a sender, and texts."""
    from regulars.channels import providers
    from regulars.channels.delivery import rounds, ways
    from regulars.channels.models import Sender, Server
    from regulars.channels.tests import fakes

    box = fakes.Mailbox()
    monkeypatch.setattr(providers, "provider", lambda kind: box)
    for name, module in fakes.texts().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(ways, "_carriers", {})
    monkeypatch.setattr(rounds, "_looked", {})
    monkeypatch.setattr(rounds, "_moving", {})
    monkeypatch.setattr(rounds, "_places", rounds.Places())
    Server.objects.create(name="Main", channel="email", kind="smtp", created_us=at)
    Sender.objects.create(name="Northgate", address="hello@northgate.example", created_us=at)
    return box


@pytest.fixture
def gone_home(settings, tmp_path):
    """A home of its own: the heartbeat of other tests is not in it."""
    settings.REGULARS_HOME = tmp_path
