"""A message box of our own, like a chat: visitors see answers where they wrote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.networks.visits import FIELDS

HERE = "docs/networks.md"
NETWORK = Network(
    kind="box",
    label=_("Chat box"),
    fields=FIELDS,
    can=frozenset({"answer", "delete", "edit"}),
    room=Room(characters=4000, counts="characters"),
    limits=(
        Limit(_("20 messages in ten minutes from one place; 4,000 characters each"), HERE),
        Limit(_("The conversation belongs to one browser, for 90 days"), HERE),
        Limit(_("An address is written to only after its owner confirmed it"), HERE),
    ),
    prices=(Limit(_("Free"), HERE),),
    proven=_("in a real browser, in this version's tests"),
    how=_("Nothing is needed: give it a name and put its one line of HTML on your website."),
)


def open(login: Login) -> Line:
    """A line to this box."""
    from regulars.channels.networks.visits import VisitLine

    line = VisitLine(login)
    line.kind = "chat"
    return line
