"""Shopify: webhooks signed with the secret of an app, and the REST Admin API of the shop."""

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.kinds import Field, Kind
from regulars.events.sources.shopify import asking, reading, registering, signing

KIND = Kind(
    key="shopify",
    label="Shopify",
    fields=(
        Field("shop", _("Shop"), _("The name under myshopify.com, such as northgate.myshopify.com."), required=True),
        Field(
            "signing",
            _("Client secret of the app"),
            _("In Shopify under Settings → Apps → Develop apps → your app → API credentials."),
            secret=True,
            required=True,
        ),
        Field(
            "api",
            _("Access token of the app"),
            _("Finds what webhooks missed, and brings in the past. It begins with shpat_."),
            secret=True,
        ),
    ),
    steps=registering.steps,
    clean=signing.clean,
    verify=signing.verify,
    read=reading.read,
    privacy=reading.privacy,
    streams=("customers", "products", "orders"),
    history=("products", "customers", "orders"),
    page=asking.page,
    fetch=asking.fetch,
    can_ask=asking.can_ask,
    register=registering.register,
)
