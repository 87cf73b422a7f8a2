"""Mailboxes that are read: bounces, complaints, and people's answers."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.channels import actions
from regulars.channels.models import Mailbox
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.delivery import tabbed

PURPOSES = [
    ("bounces", gettext_lazy("Bounces and complaints come here")),
    ("replies", gettext_lazy("Answers come here, and people read it")),
]
SAFETY = [
    ("implicit", gettext_lazy("TLS from the start (port 993)")),
    ("starttls", gettext_lazy("STARTTLS (port 143)")),
    ("none", gettext_lazy("None: only on the same machine or a network you trust")),
]
NAMES = ("purpose", "name", "host", "port", "tls", "username", "folder", "clear")


class MailboxForm(forms.Form):
    """How to read a mailbox over IMAP."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What for"), choices=PURPOSES, widget=forms.RadioSelect, initial="bounces"
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    host = forms.CharField(
        label=gettext_lazy("IMAP server"), max_length=254, help_text=gettext_lazy("Such as imap.example.com")
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    tls = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=SAFETY, initial="implicit")
    username = forms.CharField(label=gettext_lazy("User name"), max_length=254)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Or the refresh token, with OAuth. Kept encrypted and never shown. Empty: as it is."),
    )
    token_url = forms.CharField(
        label=gettext_lazy("OAuth: where tokens come from"), max_length=300, required=False,
        help_text=gettext_lazy("For Google and Microsoft, which take no password. Empty: sign in with the password."),
    )  # fmt: skip
    client_id = forms.CharField(label=gettext_lazy("OAuth: client ID"), max_length=200, required=False)
    client_secret = forms.CharField(
        label=gettext_lazy("OAuth: client secret"), required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept encrypted and never shown. Empty: as it is."),
    )  # fmt: skip
    scope = forms.CharField(label=gettext_lazy("OAuth: scope"), max_length=300, required=False)
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=120, initial="INBOX")
    clear = forms.BooleanField(
        label=gettext_lazy("Delete reports that were read"),
        required=False,
        help_text=gettext_lazy("Bounces and automatic answers about our messages; never what people wrote."),
    )


@allowed("channels.manage")
def mailboxes(request: HttpRequest) -> HttpResponse:
    """What is read, when last, and what went wrong."""
    return tabbed(request, "mailboxes", mailboxes=Mailbox.objects.order_by("name"))


@allowed("channels.manage")
def new(request: HttpRequest) -> HttpResponse:
    """A new mailbox."""
    return _saved(request, None) or tabbed(request, "mailboxes", "mailbox", form=request.form)


@allowed("channels.manage")
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """One mailbox."""
    found = get_object_or_404(Mailbox, id=mailbox_id)
    return _saved(request, found) or tabbed(request, "mailboxes", "mailbox", form=request.form, mailbox=found)


def _saved(request: HttpRequest, found: Mailbox | None) -> HttpResponse | None:
    own = {"token_url": "url", "client_id": "client", "scope": "scope"}
    initial = {name: getattr(found, name) for name in NAMES} if found else None
    initial = initial and initial | {name: found.oauth.get(kept, "") for name, kept in own.items()}
    request.form = form = MailboxForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        saved = actions.save_mailbox(
            mailbox_id=found and found.id, **form.cleaned_data, by=request.user.by, at=now_us()
        )
    except ValueError as problem:
        form.add_error(None, str(problem))
        return None
    toasts.say(request, _("%s is saved; it is read within three minutes.") % saved)
    return redirect("web:mailbox", saved.id)


@require_POST
@allowed("channels.manage")
def change(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Read it now, or no more."""
    found = get_object_or_404(Mailbox, id=mailbox_id)
    if request.POST.get("act") == "remove":
        actions.remove_mailbox(mailbox_id=mailbox_id, by=request.user.by, at=now_us())
        toasts.say(request, _("%s is read no more.") % found)
        return redirect("web:mailboxes")
    actions.read_mailboxes.later(at=now_us())
    toasts.say(request, _("It is being read; look again in a moment."))
    return redirect("web:mailbox", mailbox_id)
