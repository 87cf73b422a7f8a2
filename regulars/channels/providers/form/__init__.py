"""A contact form of our own, on a page of its own and inside the shop's pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.shape import Limit, Line, Login, Network, Room
from regulars.channels.networks.visits import FIELDS
from regulars.channels.providers import Field

HERE = "docs/networks.md"
NETWORK = Network(
    kind="form",
    label=_("Contact form"),
    fields=(*FIELDS, Field("subjects", _("Subjects to choose from"), help=_("With commas: Order, Size."))),
    can=frozenset({"answer", "delete", "edit"}),
    room=Room(characters=4000, counts="characters"),
    limits=(
        Limit(_("20 messages in ten minutes from one place; 4,000 characters each"), HERE),
        Limit(_("An address is written to only after its owner confirmed it"), HERE),
    ),
    prices=(Limit(_("Free"), HERE),),
    proven=_("in a real browser, in this version's tests"),
    how=_("Nothing is needed: give it a name and put its address on your website."),
)  # fmt: skip


def open(login: Login) -> Line:
    """A line to this form."""
    from regulars.channels.networks.visits import VisitLine

    return VisitLine(login)
