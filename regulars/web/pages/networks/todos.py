"""What Today says about accounts: a key that no longer works or soon ends, a network that is silent for long."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.channels.networks import overview
from regulars.channels.networks.accounts import WARN_US
from regulars.channels.networks.models import Account
from regulars.core.clock import MINUTE

SILENT_US = 30 * MINUTE  # shorter outages end by themselves before anybody has looked


def todos(now: int) -> list[dict]:
    """A line for each account that needs somebody."""
    silent = Q(failing_us__lte=now - SILENT_US) | Q(failing_us__isnull=False, paused_us__isnull=False)
    ending = Q(expires_us__lte=now + WARN_US, paused_us=None)
    live = Account.objects.filter(archived_us=None)
    return [_line(one, overview.health(one, now)) for one in live.filter(silent | ending).order_by("id")]


def _line(account: Account, health: overview.Health) -> dict:
    return {
        "title": _("“%(name)s”: %(state)s") % {"name": account.name, "state": health.word},
        "text": health.says,
        "href": reverse("web:account", args=[account.id]),
        "action": _("Look"),
        "badge": _("account"),
        "tone": health.tone,
    }
