"""Who may do what: every permission and every role on this one page.

A view says what it needs with `@allowed("people.merge")`; code asks `user.may("people.merge")`, templates
`{% load team %}{% if request|may:"people.merge" %}`. API keys have roles too and obey the same table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

PERMISSIONS = {
    "staff": _("sign in"),
    "people.view": _("see people, what they did and what they bought"),
    "people.edit": _("change people's consents and details"),
    "people.export": _("export people and lists as files"),
    "people.merge": _("merge and separate people, and decide suggested duplicates"),
    "people.erase": _("erase people for ever"),
    "segments.view": _("see segments and who is in them"),
    "segments.edit": _("make and change segments"),
    "insights.view": _("see retention, value and other findings"),
    "insights.refit": _("fit the models again"),
    "advice.edit": _("change the rules of recommendations"),
    "content.view": _("see templates, the brand's voice and the calendar"),
    "content.edit": _("write templates, blocks and the brand's voice"),
    "messages.view": _("see messages and why they were or were not sent"),
    "messages.send": _("send broadcasts and single messages, start, pause and stop them"),
    "journeys.view": _("see journeys and who is inside"),
    "journeys.edit": _("draw journeys, publish and pause them"),
    "channels.manage": _("set up servers, senders, limits, quiet hours, suppressions and webhooks"),
    "gate.open": _("let sending start again after a standstill or a restore"),
    "inbox.view": _("see cases and conversations"),
    "inbox.answer": _("take, answer and close cases and conversations"),
    "inbox.rules": _("change the rules, saved replies, hours and labels of the inbox"),
    "networks.manage": _("connect accounts on networks, feeds, forums and mailboxes, and let them go"),
    "social.view": _("see what is said about us, the plan of posts and what they brought"),
    "social.edit": _("make topics, write posts and plan them, pull the brake"),
    "social.publish": _("approve posts and answers for the public, and release the brake"),
    "facts.edit": _("write statements into the fact base"),
    "facts.approve": _("approve statements of the fact base"),
    "policy.edit": _("change the social media policy, training and drills"),
    "loyalty.view": _("see the loyalty programme, balances, rewards, partners and referrals"),
    "loyalty.give": _("give and take points and vouchers by hand, review referrals"),
    "loyalty.edit": _("change earning rules, tiers, rewards, offers and partners, settle with partners"),
    "feedback.view": _("see surveys and answers"),
    "feedback.edit": _("make, start and stop surveys"),
    "till.use": _("work at the till page"),
    "till.manage": _("let tills in and out"),
    "imports.run": _("import files"),
    "sources.view": _("see sources, deliveries and refused events"),
    "sources.manage": _("make and revoke sources and their write keys, replay refused events, declare properties"),
    "settings.edit": _("change the business's settings"),
    "team.manage": _("add people to the team, change their roles and let them go"),
    "keys.manage": _("make and revoke API keys"),
    "audit.view": _("read the audit log"),
    "health.view": _("see the state of the installation"),
}

_LOOK = {"staff", "people.view", "segments.view", "insights.view", "content.view", "messages.view", "journeys.view"}
_LOOK |= {"inbox.view", "loyalty.view", "feedback.view", "social.view"}
_AGENT = _LOOK | {"people.edit", "people.merge", "inbox.answer", "loyalty.give", "till.use", "facts.edit"}
_ANALYST = _LOOK | {"people.export", "segments.edit", "insights.refit", "sources.view", "health.view"}
_MARKETER = _AGENT | _ANALYST | {"imports.run", "content.edit", "messages.send", "journeys.edit", "gate.open"}
_MARKETER |= {"loyalty.edit", "feedback.edit", "advice.edit", "inbox.rules", "social.edit", "social.publish"}
_MARKETER |= {"networks.manage", "facts.approve", "policy.edit"}

ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(PERMISSIONS),
    "marketer": frozenset(_MARKETER),
    "agent": frozenset(_AGENT),
    "analyst": frozenset(_ANALYST),
    "reader": frozenset(_LOOK),
}


def role_may(role: str, permission: str) -> bool:
    """Whether a role has a permission. Raises KeyError for a permission that is not on this page."""
    PERMISSIONS[permission]
    return permission in ROLES.get(role, frozenset())


def roles_with(permission: str) -> list[str]:
    """The roles that have a permission, most powerful first."""
    return [role for role in ROLES if role_may(role, permission)]


def may(request: HttpRequest, permission: str) -> bool:
    """Whether who is signed in, if anybody, has the permission."""
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated and user.may(permission))


def allowed(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view only for members of staff with this permission.

    Others are sent to sign in, or see a page (403) that says what is missing and who can grant it.
    """
    PERMISSIONS[permission]

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not request.user.may(permission):
                return denied(request, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in and come back. A fragment request (htmx) moves the whole page instead of pasting the form."""
    from django.contrib.auth.views import redirect_to_login  # needs the user model, which needs this page

    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    back = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(back).url})


def denied(request: HttpRequest, permission: str) -> HttpResponse:
    """The 403 page: what is missing and who can grant it."""
    from regulars.team.queries import owners

    context = {"permission": PERMISSIONS[permission], "owners": owners(), "roles": roles_with(permission)}
    return render(request, "team/denied.html", context, status=403)


def labels(roles: Iterable[str]) -> list[str]:
    """The roles' names for people."""
    from regulars.team.models import Role

    return [str(Role(role).label) for role in roles]
