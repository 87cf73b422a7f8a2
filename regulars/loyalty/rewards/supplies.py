"""What rewards bring into messages: a voucher each, and the invitation one has not answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.channels.links import INVITATION, personal_url
from regulars.core import bulk
from regulars.core.models import Business
from regulars.core.plugs import Supply, register
from regulars.loyalty.rewards.handing import SLOTS, hand_out
from regulars.ui.formats import moment

SAMPLE = {"code": "7KQ2-M4XW-9BC", "worth": "10 %"}
CARD = {"title": "An evening for our regulars", "text": "12 places, on Thursday at 7 pm", "url": "https://example.com/", "label": "I am coming"}  # noqa: E501  # fmt: skip


def invitations(person_ids: Sequence[int], at: int) -> dict[int, dict[str, Any]]:
    """{person: the next evening they are invited to and have not answered}."""
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, i.id, e.title, e.starts_us, e.place, e.text FROM people_node n"
        " JOIN loyalty_invitation i ON i.node_id = n.id"
        f" JOIN loyalty_evening e ON e.id = i.evening_id WHERE n.person_id IN {ids} AND i.answer = ''"
        " AND e.cancelled_us IS NULL AND e.answer_by_us > %s ORDER BY n.person_id, e.starts_us DESC, i.id",
        [*params, at],
    )
    zone = Business.load().timezone
    return {
        person: {
            "title": title, "text": _said(starts, zone, place, text), "url": personal_url(INVITATION, number),
            "label": str(_("Answer")),
        }
        for person, number, title, starts, place, text in rows
    }  # fmt: skip


def _said(starts: int, zone: str, place: str, text: str) -> str:
    """When and where, then what the host wrote."""
    return ". ".join(filter(None, [", ".join(filter(None, [moment(starts, zone), place])), text]))


register(
    *(
        Supply(
            name=slot, label=label, room="loyalty", shape="voucher", sample=SAMPLE, now=lambda ids, at: {},
            hand_out=partial(hand_out, slot),
        )
        for slot, label in SLOTS.items()
    ),
    Supply(
        name="invitation", label=_("Invitation"), room="loyalty", shape="card", sample=CARD, now=invitations
    ),
)  # fmt: skip
