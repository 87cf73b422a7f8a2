"""The brand's voice: words, tone, what must be said, how easy a text must be."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content import actions, queries
from regulars.content.models import Voice
from regulars.content.voice import breaches
from regulars.core.clock import now_us
from regulars.team.permissions import allowed, denied, may
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.content.checks import excerpt
from regulars.web.pages.content.tabs import tabbed

LEVELS = [
    ("", lazy("any")),
    ("90", lazy("90: very easy, 11 years")),
    ("70", lazy("70: easy, 12 years")),
    ("60", lazy("60: plain, 14 years")),
    ("50", lazy("50: fairly hard, 17 years")),
    ("30", lazy("30: hard, students")),
]
USE = lazy("One per line, with the words it stands for: regulars = loyal customers, loyals")
AVOID = lazy("One per line, with the reason if you like: cheap* = we sell quality. A star stands for any ending.")
SAY = lazy("One per line, with the words that call for it: Drink responsibly. = wine, beer. Without words: always.")


def _lines_field(label: str, help: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help, widget=forms.Textarea(attrs={"rows": 5}))


class VoiceForm(forms.Form):
    """One rule per line."""

    use = _lines_field(lazy("Words we use"), USE)
    avoid = _lines_field(lazy("Words we never use"), AVOID)
    disclosures = _lines_field(lazy("What must be said"), SAY)
    reading_level = forms.TypedChoiceField(
        label=lazy("Reading ease, at least"),
        required=False,
        choices=LEVELS,
        coerce=int,
        empty_value=None,
        help_text=lazy("Flesch's scale; English and German texts of 30 words or more."),
    )
    tone = _lines_field(lazy("Tone"), lazy("For whoever writes: how we sound, whom we talk to."))


@allowed("content.view")
def voice(request: HttpRequest) -> HttpResponse:
    """How the brand speaks; who may write sees a form, and anybody can try a text."""
    now, editable = queries.voice(), may(request, "content.edit")
    form = VoiceForm(request.POST if "use" in request.POST else None, initial=_lines(now))
    if request.method == "POST" and "use" in request.POST:
        if not editable:
            return denied(request, "content.edit")
        if form.is_valid():
            actions.save_voice(**_rules(form.cleaned_data), by=request.user.by, at=now_us())
            toasts.say(request, _("The brand's voice is saved. Editors mark what breaks it from now on."))
            return redirect("web:voice")
    tried = request.POST.get("try", "")
    found = [(one, excerpt(tried, one.start, one.end)) for one in breaches(tried, now)] if tried else []
    older = list(Voice.objects.order_by("-id")[:10])
    names = who(one.by for one in older)
    return tabbed(request, "voice", form=form, editable=editable, voice=now, tried=tried, breaches=found,
                  older=[(one, names[one.by]) for one in older])  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = (line.partition("=") for line in text.splitlines())
    return [(left.strip(), right.strip()) for left, _sign, right in lines if left.strip()]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _rules(said: dict) -> dict:
    return {
        "use": [{"word": word, "instead_of": _words(others)} for word, others in _pairs(said["use"])],
        "avoid": [{"word": word, "why": why} for word, why in _pairs(said["avoid"])],
        "disclosures": [{"text": text, "when": _words(when)} for text, when in _pairs(said["disclosures"])],
        "tone": said["tone"], "reading_level": said["reading_level"],
    }  # fmt: skip


def _lines(voice: Voice) -> dict:
    def line(left: str, right: str) -> str:
        return f"{left} = {right}" if right else left

    return {
        "use": "\n".join(line(one["word"], ", ".join(one["instead_of"])) for one in voice.use),
        "avoid": "\n".join(line(one["word"], one["why"]) for one in voice.avoid),
        "disclosures": "\n".join(line(one["text"], ", ".join(one["when"])) for one in voice.disclosures),
        "tone": voice.tone, "reading_level": voice.reading_level if voice.reading_level is not None else "",
    }  # fmt: skip
