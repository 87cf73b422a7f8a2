"""The pages about staff: team, API keys, audit log. Every POST does one action and goes back to its list."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.core import clock
from regulars.core.models import Business
from regulars.team import actions, links, queries
from regulars.team.forms import AuditFilter, KeyForm, MemberForm, OwnForm
from regulars.team.models import ApiKey, AuditEntry, Role, User
from regulars.team.permissions import PERMISSIONS, ROLES, allowed
from regulars.ui import tables, toasts

PAGE = 100
ABOUT = {
    name: f"web:{name}"
    for name in (
        "person", "segment", "source", "import", "journey", "broadcast", "template", "message", "reward",
    )
}  # fmt: skip


@allowed("team.manage")
def members(request: HttpRequest) -> HttpResponse:
    """Everyone on the team; POST adds somebody and shows the link with which they choose a password."""
    form = MemberForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.add_member(**form.cleaned_data, by=request.user.by, at=clock.now_us())
            link = _link_for(request, user)
            form = MemberForm()
        except actions.TeamError as error:
            form.add_error(None, str(error))
    return _members_page(request, form=form, link=link, status=422 if form.errors else 200)


def _members_page(request: HttpRequest, *, form: MemberForm, link: str = "", status: int = 200) -> HttpResponse:
    factors = queries.second_factors()
    people = [{"user": user, "factors": factors.get(user.id, [])} for user in queries.members()]
    table = [(what, [permission in ROLES[role] for role in ROLES]) for permission, what in PERMISSIONS.items()]
    context = {"people": people, "form": form, "link": link, "roles": Role, "table": table, "here": "settings"}
    return render(request, "team/members.html", context, status=status)


@allowed("team.manage")
@require_POST
def new_link(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new password link for a member, shown once."""
    user = get_object_or_404(User, id=user_id)
    try:
        return _members_page(request, form=MemberForm(), link=_link_for(request, user))
    except actions.TeamError as error:
        return _back(request, str(error))


@allowed("team.manage")
@require_POST
def change_role(request: HttpRequest, user_id: int) -> HttpResponse:
    role = request.POST.get("role", "")
    return _member_act(request, user_id, actions.change_role, _("They have another role now."), role=role)


@allowed("team.manage")
@require_POST
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    undo = reverse("team:reactivate", args=[user_id])
    return _member_act(request, user_id, actions.deactivate_member, _("They cannot sign in any more."), undo=undo)


@allowed("team.manage")
@require_POST
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    return _member_act(request, user_id, actions.reactivate_member, _("They can sign in again."))


@allowed("team.manage")
@require_POST
def drop_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    return _member_act(request, user_id, actions.drop_second_factor, _("They sign in with the password alone now."))


def _member_act(
    request: HttpRequest, user_id: int, act, said: str, *, undo: str = "", **arguments: str
) -> HttpResponse:
    get_object_or_404(User, id=user_id)
    try:
        act(user_id=user_id, by=request.user.by, at=clock.now_us(), **arguments)
    except actions.TeamError as error:
        return _back(request, str(error))
    toasts.say(request, said, undo=undo)
    return redirect("team:members")


def _back(request: HttpRequest, problem: str) -> HttpResponseRedirect:
    toasts.warn(request, problem)
    return redirect("team:members")


def _link_for(request: HttpRequest, user: User) -> str:
    path = links.password_link(user_id=user.id, by=request.user.by, at=clock.now_us())
    return request.build_absolute_uri(path)


@allowed("staff")
@reauthentication_required
def own_details(request: HttpRequest) -> HttpResponse:
    """One's own name and e-mail address; whoever found the screen unlocked cannot change them."""
    user = request.user
    form = OwnForm(request.POST or None, initial={"name": user.name, "email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_details(user_id=user.id, **form.cleaned_data, by=user.by, at=clock.now_us())
        except actions.TeamError as error:
            form.add_error("email", str(error))
        else:
            toasts.say(request, _("Your name and e-mail address are saved."))
            return redirect("team:own_details")
    return render(request, "team/own_details.html", {"form": form}, status=422 if form.errors else 200)


@allowed("keys.manage")
def keys(request: HttpRequest) -> HttpResponse:
    """API keys; POST makes one and shows its secret, this once."""
    form, secret = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        secret = actions.make_key(**form.cleaned_data, by=request.user.by, at=clock.now_us())[1]
        form = KeyForm()
    context = {"keys": queries.keys(), "form": form, "secret": secret, "here": "settings"}
    return render(request, "team/keys.html", context, status=422 if form.errors else 200)


@allowed("keys.manage")
@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    get_object_or_404(ApiKey, id=key_id)
    actions.revoke_key(key_id=key_id, by=request.user.by, at=clock.now_us())
    toasts.say(request, _("The key does not work any more."))
    return redirect("team:keys")


@allowed("audit.view")
@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first, with filters; ?format=csv gives all that is filtered as a file."""
    form = AuditFilter(request.GET)
    form.is_valid()
    found = queries.audit_entries(**_filters(form.cleaned_data))
    if request.GET.get("format") == "csv":
        return tables.csv_response("audit", ["time", "who", "did", "to", "details"], _csv_rows(found))
    after = request.GET.get("after", "")
    entries = list((found.filter(id__lt=int(after)) if after.isdecimal() else found)[: PAGE + 1])
    names = queries.who({entry.by for entry in entries} | {entry.object for entry in entries})
    rows = [
        {"entry": e, "who": names[e.by], "to": names.get(e.object, e.object), "href": _page_of(e.object)}
        for e in entries[:PAGE]
    ]
    context = {
        "rows": rows,
        "form": form,
        "acts": queries.acts(),
        "after": entries[PAGE - 1].id if len(entries) > PAGE else None,
        "total": found.count(),
        "members": queries.members(),
        "here": "settings",
    }
    return render(request, "team/audit.html", context)


def _page_of(object: str) -> str:
    """The page about what an entry names, where there is one: a page of a room above, so by its address only."""
    kind, _colon, number = object.partition(":")
    return reverse(ABOUT[kind], args=[number]) if kind in ABOUT and number.isdecimal() else ""


def _filters(asked: dict) -> dict:
    """Days in the business's time zone become instants; `until` includes its day."""
    zone = ZoneInfo(Business.load().timezone)
    instants = {}
    for name, days in (("since", 0), ("until", 1)):
        if day := asked.get(name):
            moment = datetime.combine(day + timedelta(days=days), time(), zone)
            instants[name] = clock.to_us(moment.astimezone(UTC))
    return {name: asked.get(name, "") for name in ("by", "act", "object")} | instants


def _csv_rows(found):
    for entry in found.iterator(chunk_size=2000):
        yield [clock.from_us(entry.at).isoformat(), entry.by, entry.act, entry.object, _details(entry)]


def _details(entry: AuditEntry) -> str:
    return "; ".join(f"{name}: {value}" for name, value in entry.details.items())
