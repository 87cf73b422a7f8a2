"""Senders: in whose name messages go, their DKIM keys, and what the DNS says about them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.channels import actions, deliverability
from regulars.channels.models import Sender
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.delivery import tabbed

CHANNELS = [("email", gettext_lazy("E-mail")), ("sms", gettext_lazy("SMS"))]


class SenderForm(forms.Form):
    """Who a message is from."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=CHANNELS, widget=forms.RadioSelect, initial="email"
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What people see first, such as “Northgate Sports”."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=254,
        help_text=gettext_lazy("An e-mail address of your domain; for SMS a number or a short name."),
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Answers go to"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("The mailbox your people read. Empty: the address itself."),
    )
    bounce_domain = forms.CharField(
        label=gettext_lazy("Bounces come back to"),
        max_length=254,
        required=False,
        help_text=gettext_lazy(
            "A mailbox that Regulars reads, such as bounces@example.com, or a domain of its own whose "
            "mail ends up in one. Empty: bounces go to the sender's address."
        ),
    )


@allowed("channels.manage")
def senders(request: HttpRequest) -> HttpResponse:
    """Everybody in whose name messages go."""
    return tabbed(request, "senders", senders=Sender.objects.filter(archived_us=None).order_by("name", "id"))


@allowed("channels.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A new sender."""
    return _saved(request, None) or tabbed(request, "senders", "sender", form=request.form)


@allowed("channels.manage")
def sender(request: HttpRequest, sender_id: int) -> HttpResponse:
    """One sender, its key, and what to publish."""
    found = get_object_or_404(Sender, id=sender_id)
    done = _saved(request, found)
    return done or tabbed(
        request, "senders", "sender", form=request.form, sender=found, record=deliverability.dkim_record(found)
    )


def _saved(request: HttpRequest, found: Sender | None) -> HttpResponse | None:
    """The way on after saving; None while the form (then in request.form) is to be shown."""
    names = ("channel", "name", "address", "reply_to", "bounce_domain")
    initial = {name: getattr(found, name) for name in names} if found else None
    request.form = form = SenderForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        saved = actions.save_sender(
            sender_id=found and found.id, **form.cleaned_data, by=request.user.by, at=now_us()
        )
    except ValueError as problem:
        form.add_error(None, str(problem))
        return None
    toasts.say(request, _("%s is saved.") % saved.name)
    return redirect("web:sender", saved.id)


@require_POST
@allowed("channels.manage")
def change(request: HttpRequest, sender_id: int) -> HttpResponse:
    """A fresh DKIM key, or no further messages in this name."""
    found = get_object_or_404(Sender, id=sender_id)
    if request.POST.get("act") == "archive":
        actions.archive_sender(sender_id=sender_id, by=request.user.by, at=now_us())
        toasts.say(request, _("%s is put away.") % found.name)
        return redirect("web:senders")
    actions.make_dkim_key(sender_id=sender_id, by=request.user.by, at=now_us())
    toasts.say(request, _("The key is made. Publish its record now: signing begins once it is seen."))
    return redirect("web:sender", sender_id)


@allowed("channels.manage")
def published(request: HttpRequest, sender_id: int) -> HttpResponse:
    """What the DNS and the servers say now; a fragment, because asking takes seconds."""
    found = get_object_or_404(Sender, id=sender_id)
    findings = deliverability.findings(found)
    if found.next_key and any(one.topic == "DKIM" and one.state == "good" for one in findings):
        actions.use_published_key(selector=found.next_selector, at=now_us())
    bad = sum(one.state in ("bad", "warn") for one in findings)
    return render(request, "web/delivery/_published.html", {"findings": findings, "bad": bad, "sender": found})
