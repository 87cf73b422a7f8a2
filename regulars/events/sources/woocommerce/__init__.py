"""WooCommerce: webhooks signed with a secret of our own, and the REST API of the shop (version 3)."""

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.kinds import Field, Kind
from regulars.events.sources.woocommerce import asking, reading, registering, signing

KIND = Kind(
    key="woocommerce",
    label="WooCommerce",
    fields=(
        Field("shop", _("Address of the shop"), _("Such as https://shop.example.com"), required=True),
        Field(
            "key", _("Consumer key"), _("WooCommerce → Settings → Advanced → REST API, with Read/Write."), secret=True
        ),
        Field("api", _("Consumer secret"), _("Finds what webhooks missed, and brings in the past."), secret=True),
    ),
    steps=registering.steps,
    clean=signing.clean,
    verify=signing.verify,
    read=reading.read,
    is_ping=signing.is_ping,
    streams=("customers", "products", "orders"),
    history=("products", "customers", "orders"),
    page=asking.page,
    fetch=asking.fetch,
    can_ask=asking.can_ask,
    register=registering.register,
    makes_secret=True,
)
