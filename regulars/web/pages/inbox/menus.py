"""What the menus of every page of the inbox offer: the same for everybody, and at most a second old."""

from __future__ import annotations

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from regulars.channels.networks.models import Account
from regulars.core.recent import recent
from regulars.inbox import queries
from regulars.inbox.models import CaseLabel, Macro


def colleagues() -> list[tuple[SafeString, SafeString]]:
    """(by, name) of who may answer, as HTML."""
    return recent("inbox colleagues", _colleagues)


def labels() -> list[CaseLabel]:
    """Those offered."""
    return recent("inbox labels", queries.labels)


def macros() -> list[Macro]:
    """Those offered."""
    return recent("inbox macros", queries.macros)


def _colleagues() -> list[tuple[SafeString, SafeString]]:
    return [(mark_safe(user.by), conditional_escape(str(user))) for user in queries.colleagues()]


def accounts() -> list[tuple[int, str]]:
    """(number, name) of those connected, by name."""
    return [(number, name) for number, (name, gone) in _accounts().items() if not gone]


def account_names(numbers: set[int]) -> dict[int, str]:
    """Of these accounts, those let go included."""
    known = _accounts()
    if not numbers <= known.keys():
        known = _accounts(anew=True)
    return {number: name for number, (name, _gone) in known.items()}


def _accounts(*, anew: bool = False) -> dict[int, tuple[str, bool]]:
    """Number -> name, and whether it was let go."""
    return recent("inbox accounts", _asked, anew=anew)


def _asked() -> dict[int, tuple[str, bool]]:
    rows = Account.objects.order_by("name").values_list("id", "name", "archived_us")
    return {number: (name, archived is not None) for number, name, archived in rows}
