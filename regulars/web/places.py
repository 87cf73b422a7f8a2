"""The rail of the staff pages, named by what one does."""

from django.utils.translation import gettext_lazy as _

from regulars.ui.places import Place, register


def may(permission: str):
    """Whether the person who asks holds the permission."""
    return lambda request: request.user.is_authenticated and request.user.may(permission)


def put_on_rail() -> None:
    """Today, then the rooms that exist."""
    connect = _("Connect")
    register(
        Place("settings", _("Settings"), "settings", "web:settings", connect, may=may("settings.edit")),
    )
