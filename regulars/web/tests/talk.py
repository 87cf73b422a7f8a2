"""A little talk for the tests of pages: a campaign, its messages and what came of them, without sending anything."""

from __future__ import annotations

from typing import Any

from regulars.channels import actions
from regulars.channels.actions import Planned
from regulars.channels.models import Campaign, Message
from regulars.content import actions as content
from regulars.core.loops import LOOPS
from regulars.people.actions import Sighting, record_consent, record_sightings
from regulars.people.queries import person_id_of

SOURCE = '<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{ person.first_name | default: "there" }}</mj-text><mj-text><a href="{{ links.unsubscribe }}">No more</a></mj-text></mj-column></mj-section></mj-body></mjml>'  # noqa: E501


def person(name: str, at: int, *, agrees: bool = True, **traits: Any) -> int:
    """Somebody with an e-mail address."""
    seen = Sighting(
        namespace="shop", keys=(("user", name),), identifiers=(("email", f"{name.lower()}@example.org"),),
        traits={"name": f"{name} Archer", "firstName": name, **traits}, at=at,
    )  # fmt: skip
    (node,) = record_sightings(sightings=[seen], source_id=1, at=at)
    if agrees:
        record_consent(
            node_id=node, purpose="marketing", channel="email", state="granted", evidence={}, by="t", at=at
        )
    while LOOPS["profiles"].step(at):
        pass
    return person_id_of([node])[node]


def template(at: int, name: str = "Spring sale") -> int:
    """A published text."""
    draft = {"en": {"subject": "Spring is here", "preheader": "", "format": "mjml", "source": SOURCE}}
    made = content.create_template(name=name, draft=draft, by="user:1", at=at)
    content.publish(template_id=made.id, by="user:1", at=at)
    return made.id


def campaign(at: int, name: str = "Spring sale", **settings: Any) -> Campaign:
    """A campaign with a text."""
    from regulars.content.queries import latest_version

    version = latest_version(template(at, name))
    return actions.ensure_campaign(origin=f"test:{name}", name=name, version_id=version.id, at=at, **settings)


def planned(found: Campaign, people: list[int], at: int) -> list[Message]:
    """A message to each."""
    items = [Planned(f"{found.origin}:{one}", one, at) for one in people]
    actions.plan(campaign_id=found.id, items=items, at=at)
    return list(Message.objects.filter(campaign_id=found.id).order_by("id"))
