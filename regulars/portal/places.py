"""The portal's place on the rail of the staff pages."""

from django.utils.translation import gettext_lazy as _

from regulars.ui.places import Place, register


def put_on_rail() -> None:
    """Sign-up forms, under Talk."""
    register(
        Place(
            "forms", _("Sign-up forms"), "forms", "portal:forms", _("Talk"), may=lambda r: r.user.may("messages.view")
        )
    )
