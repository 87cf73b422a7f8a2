"""Staff: sign-up forms, their address and the piece of HTML for the website."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST

from regulars.channels.models import Topic
from regulars.core.clock import now_us
from regulars.portal.actions import CannotSave, archive_form, save_form
from regulars.portal.models import Form
from regulars.portal.queries import forms_in_use, talks_in_use
from regulars.team.permissions import allowed
from regulars.ui import toasts

FIELDS = [("name", gettext_lazy("Name")), ("birthday", gettext_lazy("Birthday")), ("phone", gettext_lazy("Phone")),
          ("city", gettext_lazy("Town"))]  # fmt: skip
WORDING = gettext_noop(
    "I agree that you write to me by e-mail with news and offers."
    " I can stop it at any time by the link in every message."
)


class FormForm(forms.Form):
    """One sign-up form, as staff fill it in."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Only your team sees it.")
    )
    headline = forms.CharField(label=gettext_lazy("Headline"), max_length=160)
    intro = forms.CharField(label=gettext_lazy("What people get"), required=False, widget=forms.Textarea)
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("Also ask for"), choices=FIELDS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Every further question costs sign-ups."),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics to choose from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    wording = forms.CharField(
        label=gettext_lazy("What people agree to"),
        widget=forms.Textarea,
        help_text=gettext_lazy(
            "Word for word; it is kept with every consent. Say who writes, what about, and how to stop it."
        ),
    )
    thanks = forms.CharField(label=gettext_lazy("After the confirmation"), required=False, widget=forms.Textarea)
    origins = forms.CharField(
        label=gettext_lazy("Websites that may show it"), required=False, widget=forms.Textarea,
        help_text=gettext_lazy("One address per line, such as https://shop.example.com."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(archived_us=None).order_by("order", "id")
        self.fields["topics"].choices = list(topics.values_list("key", "name"))


@allowed("messages.view")
def forms_page(request: HttpRequest) -> HttpResponse:
    """All forms with how many joined by them."""
    return render(request, "portal/forms.html", {"rows": forms_in_use(), "talks": talks_in_use()})


@allowed("messages.send")
def form_page(request: HttpRequest, form_id: int | None = None) -> HttpResponse:
    """Make or change a form."""
    made = get_object_or_404(Form, id=form_id, archived_us=None) if form_id else None
    form = FormForm(request.POST or None, initial=_initial(made))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {
            "fields": form.cleaned_data["fields_"],
            "origins": form.cleaned_data["origins"].splitlines(),
        }
        try:
            saved = save_form(form_id=form_id, values=values, by=request.user.by, at=now_us())
        except CannotSave as problem:
            form.add_error(None, str(problem))
        else:
            toasts.say(request, _("Saved."))
            return redirect("portal:form", saved.id)
    return render(request, "portal/form.html", {"form": form, "made": made, "addresses": _addresses(made)})


@allowed("messages.send")
@require_POST
def archive(request: HttpRequest, form_id: int) -> HttpResponse:
    """Nobody can join by it any more."""
    archive_form(form_id=form_id, by=request.user.by, at=now_us())
    return redirect("portal:forms")


def _initial(made: Form | None) -> dict:
    if made is None:
        return {"wording": _(WORDING)}
    return {
        "name": made.name, "headline": made.headline, "intro": made.intro,
        "fields_": made.fields, "topics": made.topics,
        "wording": made.wording, "thanks": made.thanks, "origins": "\n".join(made.origins),
    }  # fmt: skip


def _addresses(made: Form | None) -> dict[str, str]:
    """Where the form is, and the HTML that shows it in another page."""
    if made is None:
        return {}
    page = settings.PUBLIC_URL + reverse("portal:join", args=[made.slug])
    frame = settings.PUBLIC_URL + reverse("portal:embed", args=[made.slug])
    html = f'<iframe src="{frame}" title="{made.headline}" width="100%" height="520" style="border:0"></iframe>'
    return {"page": page, "html": html}
