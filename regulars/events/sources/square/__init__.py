"""Square: webhooks signed with the key of a subscription, and the Square API of the account."""

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.kinds import Field, Kind
from regulars.events.sources.square import asking, reading, registering, signing

KIND = Kind(
    key="square",
    label="Square",
    fields=(
        Field("api", _("Access token"), _("Square Developer Console → your application → Production."), secret=True),
        Field("signing", _("Signature key"), _("Of the webhook subscription, if you make it by hand."), secret=True),
        Field(
            "api_address", _("Address of the API"), _("Empty for the real one; https://connect.squareupsandbox.com.")
        ),
    ),
    steps=registering.steps,
    verify=signing.verify,
    read=reading.read,
    streams=("customers", "items", "payments", "orders", "refunds"),
    history=("items", "customers", "payments", "orders", "refunds"),
    page=asking.page,
    fetch=asking.fetch,
    can_ask=asking.can_ask,
    register=registering.register,
    turned_away=403,
)
