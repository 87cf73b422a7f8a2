"""Facts: what we may say, who stands for it, what waits for approval, where it was used; and the gate to try."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.content.factbase.queries import counts, is_alone
from regulars.core.clock import now_us
from regulars.ui.formats import number

ICON = "facts"


def tabbed(request: HttpRequest, page: str, tab: str, *, status: int = 200, **context) -> HttpResponse:
    """A page under Facts, with its tabs."""
    there, base = counts(at=now_us()), reverse("web:facts")
    labels = {
        "force": _("In force"),
        "review": _("To approve"),
        "ending": _("Ending"),
        "sent-back": _("Sent back"),
        "retired": _("Taken out"),
    }
    tabs = [(key, f"{label} {number(there[key])}", f"{base}?box={key}") for key, label in labels.items()]
    tabs += [
        ("check", _("Check a text"), reverse("web:facts_check")),
        ("passed", _("Let pass"), reverse("web:facts_passed")),
    ]
    shown = {"here": "facts", "tabs": tabs, "tab": tab, "now_us": now_us()}
    shown |= {"alone": is_alone(request.user.by), **context}
    return render(request, f"web/facts/{page}.html", shown, status=status)
