"""Rewards: the catalogue, one of them, and giving one by hand."""

from django import forms
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.core.models import Business
from regulars.loyalty.models import Partner, Reward, Voucher
from regulars.loyalty.rewards import codes
from regulars.loyalty.rewards.handing import print_codes
from regulars.loyalty.rewards.issuing import CannotIssue, issue_voucher
from regulars.loyalty.rewards.keeping import CannotKeep, archive_reward, pause_reward, save_reward
from regulars.people.pasted import people_named
from regulars.people.queries import search
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.rewards import tabbed
from regulars.web.pages.rewards.form import RewardForm, initial
from regulars.web.pages.rewards.words import KINDS, worth

PAGE = 50


class GiveForm(forms.Form):
    """To whom a reward is given by hand."""

    person = forms.CharField(
        label=gettext_lazy("To whom"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("E-mail, phone or customer number. Empty: a code for whoever holds it."),
    )


@allowed("loyalty.view")
def rewards(request: HttpRequest) -> HttpResponse:
    """Everything that can be had, what it costs, how much of it was given."""
    currency, now = Business.load().currency, now_us()
    partners = dict(Partner.objects.values_list("id", "name"))
    found = Reward.objects.filter(archived_us=None).order_by(F("points").asc(nulls_last=True), "name")
    rows = [(one, worth(_terms(one), one.currency or currency), partners.get(one.partner_id, ""), _state(one, now)) for one in found]  # noqa: E501  # fmt: skip
    if request.GET.get("format") == "csv":
        lines = ((one.name, KINDS[one.kind], text, one.points, one.issued, one.used, one.given, one.currency) for one, text, *_rest in rows)  # noqa: E501  # fmt: skip
        head = ("name", "kind", "worth", "points", "issued", "used", "given_minor", "currency")
        return csv_response("rewards", head, lines)
    return tabbed(request, "rewards", rows=rows)


def _terms(reward: Reward) -> dict:
    return {name: getattr(reward, name) for name in ("name", "kind", "worth", "full_price", "partner_pays", "we_pay")}


def _state(reward: Reward, now: int) -> tuple[str, str]:
    if reward.paused_us is not None:
        return _("paused"), "warn"
    if reward.starts_us is not None and now < reward.starts_us:
        return _("not yet"), ""
    if reward.ends_us is not None and now >= reward.ends_us:
        return _("over"), ""
    if reward.most is not None and reward.issued >= reward.most:
        return _("sold out"), "warn"
    return _("on"), "good"


@allowed("loyalty.edit")
def edit(request: HttpRequest, reward_id: int = 0) -> HttpResponse:
    """A new reward, or other terms; codes that are out keep theirs."""
    known = get_object_or_404(Reward, id=reward_id, archived_us=None) if reward_id else None
    started = initial(known, Business.load().timezone) if known else {"kind": request.GET.get("kind", "money")}
    form = RewardForm(request.POST or None, initial=started)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_reward(terms=form.terms(), reward_id=reward_id or None, by=request.user.by, at=now_us())
        except CannotKeep as error:
            form.add_error(_field(error.field), error.message)
        else:
            toasts.say(request, _("“%s” is saved.") % made.name)
            return redirect("web:reward", made.id)
    return tabbed(request, "rewards", "edit", form=form, reward=known)


def _field(name: str) -> str | None:
    name = {"partner_id": "partner"}.get(name, name)
    return name if name in RewardForm.base_fields else None


@allowed("loyalty.view")
def reward(request: HttpRequest, reward_id: int) -> HttpResponse:
    """One reward: its terms, what it cost, its codes."""
    return _reward(request, get_object_or_404(Reward, id=reward_id), GiveForm())


def _reward(request: HttpRequest, found: Reward, form: GiveForm, code: str = "") -> HttpResponse:
    after = request.GET.get("after", "")
    theirs = Voucher.objects.filter(reward_id=found.id).order_by("-id")
    if request.GET.get("format") == "csv":
        lines = ((v.id, v.hint, v.cause, from_us(v.issued_us).isoformat(timespec="seconds"), v.used, v.left) for v in theirs.iterator())  # noqa: E501  # fmt: skip
        return csv_response(f"codes-{found.id}", ("id", "ends_in", "cause", "issued", "used", "left_minor"), lines)
    older = theirs.filter(id__lt=int(after)) if after.isdecimal() else theirs
    vouchers = list(older[: PAGE + 1])
    more = str(vouchers[PAGE - 1].id) if len(vouchers) > PAGE else None
    text = worth(_terms(found), found.currency or Business.load().currency)
    state, tone = _state(found, now_us())
    partner = Partner.objects.filter(id=found.partner_id or 0).first()
    context = {"reward": found, "text": text, "state": state, "tone": tone, "vouchers": vouchers[:PAGE], "more": more}
    return tabbed(request, "rewards", "reward", **context, partner=partner, form=form, code=code, now_us=now_us())


@require_POST
@allowed("loyalty.give")
def give(request: HttpRequest, reward_id: int) -> HttpResponse:
    """A code by hand; it is shown once, here."""
    found, form, at = get_object_or_404(Reward, id=reward_id), GiveForm(request.POST), now_us()
    node = None
    if form.is_valid() and form.cleaned_data["person"]:
        node = _one_person(form.cleaned_data["person"], form)
    if not form.is_valid() or (form.cleaned_data["person"] and node is None):
        return _reward(request, found, form)
    try:
        made = issue_voucher(
            reward_id=found.id, origin=f"hand:{request.user.by}:{found.id}:{at}", node_id=node, cause="hand",
            by=request.user.by, at=at,
        )  # fmt: skip
    except CannotIssue as error:
        form.add_error(None, str(error))
        return _reward(request, found, form)
    found.refresh_from_db()
    return _reward(request, found, GiveForm(), codes.shown(made.code))


@require_POST
@allowed("loyalty.edit")
def print_some(request: HttpRequest, reward_id: int) -> HttpResponse:
    """Many codes for whoever holds them, as a file, this once."""
    found, count = get_object_or_404(Reward, id=reward_id), request.POST.get("count", "")
    try:
        made = print_codes(
            reward_id=found.id, count=int(count) if count.isascii() and count.isdecimal() and len(count) < 7 else 0,
            key=request.POST.get("key", "")[:40], by=request.user.by, at=now_us(),
        )  # fmt: skip
    except CannotIssue as problem:
        toasts.warn(request, str(problem))
        return redirect("web:reward", found.id)
    if not made:
        toasts.warn(request, _("These codes were made and downloaded before."))
        return redirect("web:reward", found.id)
    return csv_response(f"codes-{found.id}", ("code",), ((code,) for code in made))


def _one_person(text: str, form: GiveForm) -> int | None:
    named = people_named([text], country=Business.load().country).person_ids
    found = named or [one.id for one in search(text, limit=2)]
    if len(found) == 1:
        return found[0]
    form.add_error("person", _("Nobody is known by this.") if not found else _("Several people are found: say it more exactly."))  # noqa: E501  # fmt: skip
    return None


@require_POST
@allowed("loyalty.edit")
def change(request: HttpRequest, reward_id: int) -> HttpResponse:
    """Pause, resume or put away."""
    found, by, at = get_object_or_404(Reward, id=reward_id), request.user.by, now_us()
    if request.POST.get("act") == "archive":
        archive_reward(reward_id=found.id, by=by, at=at)
        toasts.say(request, _("“%s” is put away. Codes that are out stay good.") % found.name)
        return redirect("web:rewards")
    pause_reward(reward_id=found.id, paused=request.POST.get("act") == "pause", by=by, at=at)
    return redirect("web:reward", found.id)
