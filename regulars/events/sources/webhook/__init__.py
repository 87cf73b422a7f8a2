"""Any other till or shop: a signed webhook whose fields a person maps to orders, customers and products."""

from django.utils.translation import gettext_lazy as _

from regulars.events.sources.kinds import Field, Kind
from regulars.events.sources.webhook import reading, registering, signing

KIND = Kind(
    key="webhook",
    label=_("Another till or shop"),
    fields=(
        Field("header", _("Header with the signature"), _("Such as X-Signature."), required=True),
        Field("form", _("How the signature is written"), choices=signing.FORMS),
        Field("prefix", _("What stands before it"), _("Such as sha256= ; mostly nothing.")),
        Field("timestamp", _("Header with the time"), _("If the sender signs <time>.<body>; mostly nothing.")),
        Field("signing", _("Secret"), _("Empty: one is made here, for you to enter there."), secret=True),
    ),
    steps=registering.steps,
    clean=signing.clean,
    verify=signing.verify,
    read=reading.read,
    makes_secret=True,
)
