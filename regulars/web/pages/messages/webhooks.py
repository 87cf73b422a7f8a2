"""Other programs that are told what becomes of messages: add, calls with their answers, replay, pause, remove."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.channels import actions
from regulars.channels.models import Call, Hook
from regulars.channels.reactions import TOLD
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.web import cursors
from regulars.web.pages.messages import tabs

PAGE = 50
MOST = 500  # calls made again at once
STATES = {
    "": lazy("All calls"),
    "done": lazy("Answered"),
    "waiting": lazy("Waiting to be tried"),
    "lost": lazy("Given up"),
}


class HookForm(forms.Form):
    """Where to call, and about what."""

    url = forms.URLField(
        label=lazy("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=lazy("It gets a signed POST with JSON for each thing that happens."),
    )
    kinds = forms.MultipleChoiceField(
        label=lazy("Tell it about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, kind) for kind in TOLD],
        help_text=lazy("Nothing ticked: everything."),
    )


@allowed("channels.manage")
def webhooks(request: HttpRequest) -> HttpResponse:
    """The addresses; a POST adds one and shows its secret, this once."""
    form, secret, made = HookForm(request.POST or None), "", None
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.add_hook(**form.cleaned_data, by=request.user.by, at=now_us())
            form = HookForm()
        except actions.CannotSend as problem:
            form.add_error("url", str(problem))
    hooks = [(hook, _last(hook)) for hook in Hook.objects.order_by("id")]
    context = {"form": form, "secret": secret, "made": made, "hooks": hooks}
    return _show(request, "webhooks", context)


def _show(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    page = {"here": "messages", "tabs": tabs(request), "tab": "webhooks", **context}
    return render(request, f"web/messages/{template}.html", page)


def _last(hook: Hook) -> Call | None:
    return Call.objects.filter(hook_id=hook.id, attempts__gt=0).order_by("-id").first()


@allowed("channels.manage")
def webhook(request: HttpRequest, hook_id: int) -> HttpResponse:
    """One address with its calls, newest first; ?state= done, waiting or lost."""
    hook, state = get_object_or_404(Hook, id=hook_id), request.GET.get("state", "")
    calls = cursors.after(_calls(hook, state), "created_us", request.GET.get("after", ""), down=True, together=True)
    rows = list(calls[: PAGE + 1])
    after = cursors.pack(rows[PAGE - 1].created_us, rows[PAGE - 1].id) if len(rows) > PAGE else None
    context = {"hook": hook, "calls": rows[:PAGE], "after": after, "state": state, "states": STATES.items()}
    return _show(request, "webhook", context)


def _calls(hook: Hook, state: str) -> QuerySet[Call]:
    calls = Call.objects.filter(hook_id=hook.id)
    which = {
        "done": ~Q(done_us=None),
        "waiting": ~Q(due_us=None),
        "lost": Q(due_us=None, done_us=None),
    }
    return calls.filter(which[state]) if state in which else calls


@require_POST
@allowed("channels.manage")
def change(request: HttpRequest, hook_id: int) -> HttpResponse:
    """pause, resume, remove, replay one call (?call), or all that were given up."""
    hook, act, who = get_object_or_404(Hook, id=hook_id), request.POST.get("act"), request.user.by
    if act == "pause":
        actions.pause_hook(hook_id=hook.id, why="", by=who, at=now_us())
        toasts.say(request, _("It is told nothing for now. What happens meanwhile waits for it."))
    elif act == "resume":
        actions.resume_hook(hook_id=hook.id, by=who, at=now_us())
        toasts.say(request, _("It is told again, what waited first."))
    elif act == "replay":
        _replay(request, hook)
    elif act == "remove":
        actions.remove_hook(hook_id=hook.id, by=who, at=now_us())
        toasts.say(request, _("%s is told nothing any more.") % hook.url)
        return redirect("web:webhooks")
    return redirect("web:webhook", hook.id)


def _replay(request: HttpRequest, hook: Hook) -> None:
    one = request.POST.get("call", "")
    calls = _calls(hook, "") if one else _calls(hook, "lost")
    if one.isdecimal() and len(one) < 19:
        calls = calls.filter(id=int(one))
    ids = list(calls.order_by("id").values_list("id", flat=True)[:MOST])
    count = actions.replay_calls(call_ids=ids, by=request.user.by, at=now_us())
    text = ngettext("%s call is made again.", "%s calls are made again.", count)
    toasts.say(request, text % number(count))
