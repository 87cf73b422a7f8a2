"""The doors of the counter: letting a device in, its page, what it asks and what it sends."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from regulars.commerce.queries import categories
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.feedback.models import Survey
from regulars.team.permissions import allowed
from regulars.till import actions, queries
from regulars.till.models import Counter, Device
from regulars.ui import toasts

COOKIE, KEPT = "till", 400 * 24 * 3600
MOST_BODY, MOST_ACTIONS, TRIES = 1_000_000, 200, 20


def for_device(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for a device that was let in. A page of another site cannot ask: the cookie stays home (SameSite=Strict),
    and the header X-Till cannot be sent across sites without leave."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = _device(request)
        if device is None:
            return JsonResponse({"sentence": _("This till is not let in any more.")}, status=401)
        if request.headers.get("X-Till") != "1":
            return JsonResponse({"sentence": _("Only the till's own page may ask this.")}, status=403)
        return view(request, device, *args, **kwargs)

    return guarded


def _device(request: HttpRequest) -> Device | None:
    token = request.COOKIES.get(COOKIE, "")
    return actions.see(token=token, at=now_us()) if token else None


@never_cache
@ensure_csrf_cookie
@require_GET
def till(request: HttpRequest) -> HttpResponse:
    """The counter; a device that is not let in is asked for its number."""
    device = _device(request)
    if device is None:
        return render(request, "till/let_in.html")
    return _counter(request, device)


def _setup() -> Counter:
    """How the counter asks; until somebody says what it sells, buttons for what was bought before."""
    counter = Counter.load()
    counter.categories = counter.categories or categories()[:24]
    return counter


def _counter(request: HttpRequest, device: Device) -> HttpResponse:
    counter, business = _setup(), Business.load()
    survey = Survey.objects.filter(id=counter.survey_id or 0, started_us__isnull=False, stopped_us=None).first()
    context = {"device": device, "counter": counter, "digits": exponent(business.currency), "survey": survey}
    return render(request, "till/till.html", context)


@require_POST
def let_in(request: HttpRequest) -> HttpResponse:
    """A number for a cookie. Wrong ones are counted: eight digits withstand twenty tries in ten minutes."""
    where = f"till-tries:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(where, 0, 600)
    if cache.incr(where) > TRIES:
        problem = _("Too many numbers were wrong. Please wait ten minutes.")
        return render(request, "till/let_in.html", {"problem": problem}, status=429)
    try:
        _made, token = actions.let_in(number=request.POST.get("number", "")[:40], at=now_us())
    except actions.NotLetIn as problem:
        return render(request, "till/let_in.html", {"problem": str(problem)}, status=422)
    answer = redirect("till:till")
    answer.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="Strict", path="/till/",
                      secure=settings.PUBLIC_URL.startswith("https"))  # fmt: skip
    return answer


@never_cache
@require_GET
@for_device
def find(request: HttpRequest, device: Device) -> JsonResponse:
    """Who has this e-mail address, phone number or card."""
    return JsonResponse(queries.whoever(text=request.GET.get("q", "")[:200], at=now_us()))


@never_cache
@require_GET
@for_device
def code(request: HttpRequest, device: Device) -> JsonResponse:
    """Whether a code is good."""
    return JsonResponse(queries.look_up(device=device, code=request.GET.get("code", "")[:60], at=now_us()))


@never_cache
@require_GET
@for_device
def sales(request: HttpRequest, device: Device) -> JsonResponse:
    """The last sales of this till."""
    return JsonResponse({"sales": queries.last_sales(device=device)})


@csrf_exempt  # a page kept for offline use has no fresh token: for_device stands in its place
@require_POST
@for_device
def sync(request: HttpRequest, device: Device) -> JsonResponse:
    """Takes {"actions": [...]}, answers each in order. Sending again is harmless."""
    if len(request.body) > MOST_BODY:
        return JsonResponse({"sentence": _("This is too much at once.")}, status=413)
    try:
        sent = json.loads(request.body)["actions"]
    except (ValueError, KeyError, TypeError, RecursionError):
        sent = None
    if not isinstance(sent, list) or len(sent) > MOST_ACTIONS or not all(isinstance(one, dict) for one in sent):
        return JsonResponse({"sentence": _("A list of at most 200 actions was expected.")}, status=400)
    return JsonResponse({"answers": [actions.take_action(device=device, action=one, at=now_us()) for one in sent]})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it stands here so that its scope is the till and nothing else."""
    files = [
        static(name) for name in ("ui/regulars.css", "ui/pieces.css", "till/till.css", "till/till.js", "ui/icon.svg")
    ]
    answer = render(
        request, "till/worker.js", {"files": json.dumps(["/till/", *files])}, content_type="text/javascript"
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """So that it can stand on the home screen."""
    name = f"{Business.load().name}: {_('till')}"
    icon = {"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    said = {"name": name, "short_name": _("Till"), "start_url": "/till/", "scope": "/till/", "display": "standalone"}
    return JsonResponse(said | {"icons": [icon]}, content_type="application/manifest+json")


class PairingForm(forms.Form):
    """A device that shall be let in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Such as “Counter 1”."))
    store = forms.CharField(label=gettext_lazy("Shop"), max_length=80, required=False)


class CounterForm(forms.Form):
    """What the counter says and sells."""

    wording = forms.CharField(
        label=gettext_lazy("What customers agree to"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000,
        help_text=gettext_lazy("Word for word: it goes into the record of consents."),
    )  # fmt: skip
    categories = forms.CharField(
        label=gettext_lazy("Categories"), widget=forms.Textarea(attrs={"rows": 6}), required=False,
        help_text=gettext_lazy("One a line; each is a button."),
    )  # fmt: skip
    ask_sms = forms.BooleanField(label=gettext_lazy("Ask for SMS too"), required=False)
    survey = forms.TypedChoiceField(
        label=gettext_lazy("Survey to offer after a sale"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["survey"].choices = [("", _("none")), *Survey.objects.order_by("name").values_list("id", "name")]


@allowed("till.manage")
def devices(request: HttpRequest) -> HttpResponse:
    """Tills that are let in, and how the counter asks."""
    return _devices(request)


def _devices(request: HttpRequest, pairing: PairingForm | None = None, counter: CounterForm | None = None, number: str = "") -> HttpResponse:  # noqa: E501  # fmt: skip
    known = _setup()
    said = {"categories": "\n".join(known.categories), "survey": known.survey_id}
    said |= {name: getattr(known, name) for name in ("wording", "ask_sms")}
    context = {
        "here": "tills",
        "devices": Device.objects.filter(revoked_us=None).order_by("name"),
        "pairing": pairing or PairingForm(),
        "counter": counter or CounterForm(initial=said),
        "number": number and f"{number[:4]} {number[4:]}",
        "address": f"{settings.PUBLIC_URL}/till/",
    }
    return render(request, "till/devices.html", context)


@require_POST
@allowed("till.manage")
def pair(request: HttpRequest) -> HttpResponse:
    """A number that lets a device in; shown once."""
    form = PairingForm(request.POST)
    if not form.is_valid():
        return _devices(request, pairing=form)
    try:
        number = actions.make_pairing(**form.cleaned_data, by=request.user.by, at=now_us())
    except actions.NotLetIn as problem:
        form.add_error("name", str(problem))
        return _devices(request, pairing=form)
    return _devices(request, number=number)


@require_POST
@allowed("till.manage")
def revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """Throw a till out."""
    actions.revoke_device(device_id=device_id, by=request.user.by, at=now_us())
    toasts.say(request, _("It is out. What it has not sent yet it cannot send any more."))
    return redirect("till:devices")


@require_POST
@allowed("till.manage")
def change_counter(request: HttpRequest) -> HttpResponse:
    """What the counter says and sells."""
    form = CounterForm(request.POST)
    if not form.is_valid():
        return _devices(request, counter=form)
    said = form.cleaned_data
    actions.change_counter(
        wording=said["wording"], categories=said["categories"].splitlines(), ask_sms=said["ask_sms"],
        survey_id=said["survey"], by=request.user.by, at=now_us(),
    )  # fmt: skip
    toasts.say(request, _("The counter is changed. Tills see it when they load their page again."))
    return redirect("till:devices")
