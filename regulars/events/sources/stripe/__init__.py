"""Stripe: webhooks signed with the secret of an endpoint, and the Stripe API of the account."""

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.kinds import Field, Kind
from regulars.events.sources.stripe import asking, reading, registering, signing

KIND = Kind(
    key="stripe",
    label="Stripe",
    fields=(
        Field("api", _("Secret or restricted key"), _("Developers → API keys; read access is enough."), secret=True),
        Field("signing", _("Signing secret"), _("Of the endpoint, if you make it by hand: whsec_…"), secret=True),
        Field("store", _("Name of the shop"), _("What these payments are called among your stores.")),
    ),
    steps=registering.steps,
    verify=signing.verify,
    read=reading.read,
    streams=("events",),
    history=("products", "customers", "charges", "refunds"),
    page=asking.page,
    can_ask=asking.can_ask,
    register=registering.register,
    turned_away=400,
)
