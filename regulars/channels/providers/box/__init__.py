"""A message box of our own, like a chat: visitors see answers where they wrote."""

from __future__ import annotations

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.networks.visits import FIELDS

HERE = "docs/networks.md"
NETWORK = Network(
    kind="box",
    label="Chat box",
    fields=FIELDS,
    can=frozenset({"answer", "delete", "edit"}),
    room=Room(characters=4000, counts="characters"),
    limits=(
        Limit("20 messages in ten minutes from one place; 4,000 characters each", HERE),
        Limit("The conversation belongs to one browser, for 90 days", HERE),
        Limit("An address is written to only after its owner confirmed it", HERE),
    ),
    prices=(Limit("Free", HERE),),
    proven="in a real browser, in this version's tests",
    how="Nothing is needed: give it a name and put its one line of HTML on your website.",
)


def open(login: Login) -> Line:
    """A line to this box."""
    from regulars.channels.networks.visits import VisitLine

    line = VisitLine(login)
    line.kind = "chat"
    return line
