"""Pages of the inbox: a list, conversation and person side by side; how well we answer; hours, rules, replies.

`boxes` and `listing` are the list, `talk`, `thread` and `writing` the conversation, `beside` the person, `beat` what
keeps all three fresh. Each of them answers with a fragment to htmx, and with the whole page to anybody else.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The pages behind the inbox, for who may open them."""
    shown = [
        ("inbox", _("Inbox"), reverse("web:inbox")),
        ("numbers", _("How well we answer"), reverse("web:inbox_numbers")),
    ]
    shown.append(("reading", _("How texts are read"), reverse("web:reading")))
    shown.append(("hidden", _("Hidden and deleted"), reverse("web:inbox_hidden")))
    if request.user.may("inbox.rules"):
        shown += [
            ("replies", _("Saved replies"), reverse("web:inbox_replies")),
            ("macros", _("Macros"), reverse("web:inbox_macros")),
            ("rules", _("Rules"), reverse("web:inbox_rules")),
            ("labels", _("Labels"), reverse("web:inbox_labels")),
            ("desk", _("Hours and targets"), reverse("web:inbox_desk")),
        ]
    return shown
