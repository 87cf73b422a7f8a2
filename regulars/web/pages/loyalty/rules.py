"""Earning rules: in words, changed in a draft, tested on the last month, published."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.loyalty.actions import CannotDo, ask_rehearsal, drop_draft, publish, save_draft
from regulars.loyalty.actions.rules import draft_book, live_book
from regulars.loyalty.earning.rules import Book, RuleError, title, written
from regulars.loyalty.models import Finding, Programme, RuleBook
from regulars.people.models import Person
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.loyalty import running, tabbed
from regulars.web.pages.loyalty.fields import KINDS, RuleForm, StackForm
from regulars.web.pages.loyalty.words import Words


@allowed("loyalty.view")
@running
def rules(request: HttpRequest, programme: Programme) -> HttpResponse:
    """All rules in words, what the draft changes, the versions before."""
    book, words = draft_book(programme), Words(programme)
    said = [(rule, title(rule), words.rule(rule), KINDS[rule.kind][0]) for rule in book.rules]
    most = book.most
    stack = StackForm(initial={"stacking": book.stacking, "order": most.order, "day": most.day})
    return tabbed(
        request, "rules", programme=programme, said=said, stack=stack, changes=changes(programme, words), kinds=KINDS,
        versions=RuleBook.objects.filter(programme_id=programme.id).order_by("-number")[:20],
        limits=words.limit(book.most),
    )  # fmt: skip


def changes(programme: Programme, words: Words) -> list[tuple[str, str, str]]:
    """(kind of change, before, after) between what is live and the draft, in words."""
    if not programme.draft:
        return []
    live, draft = live_book(programme), draft_book(programme)
    before, after = ({rule.key: words.rule(rule) for rule in book.rules} for book in (live, draft))
    found = [("new", "", after[key]) for key in after if key not in before]
    found += [("changed", before[key], after[key]) for key in after if key in before and before[key] != after[key]]
    found += [("gone", text, "") for key, text in before.items() if key not in after]
    names = dict(StackForm.base_fields["stacking"].choices)
    for pick in (
        lambda book: names[book.stacking] if len([r for r in book.rules if r.kind == "times"]) > 1 else "",
        lambda book: words.limit(book.most),
        lambda book: words.scheme(book.tiers) if book.tiers else "",
        lambda book: _levels(book, words),
    ):
        old, new = str(pick(live)), str(pick(draft))
        if old != new:
            found.append(("changed" if old and new else "new" if new else "gone", old, new))
    return found


def _levels(book: Book, words: Words) -> str:
    scheme = book.tiers
    if not scheme:
        return ""
    return "; ".join(
        f"{level.name}: {words.level(level, scheme)}" + (f" ({', '.join(level.benefits)})" if level.benefits else "")
        for level in scheme.levels
    )


@allowed("loyalty.edit")
@running
def rule(request: HttpRequest, programme: Programme, key: str = "") -> HttpResponse:
    """One rule of the draft: a new one of `?kind=`, or an existing one."""
    book = draft_book(programme)
    old = next((each for each in book.rules if each.key == key), None)
    kind = old.kind if old else request.GET.get("kind", "")
    if kind not in KINDS or (key and old is None):
        raise Http404(_("There is no such rule."))
    tiers = [(level.key, level.name) for level in book.tiers.levels] if book.tiers else []
    raw = next((each for each in written(book).get("rules", ()) if each["key"] == key), {})
    form = RuleForm(kind, tiers, request.POST or None, initial=RuleForm.shown(raw) if raw else None)
    if request.method == "POST" and form.is_valid():
        made = form.said(key or _fresh_key(form.cleaned_data["name"] or kind, book))
        if _keep(request, programme, form, _with(written(book), made)):
            return redirect("web:earning")
    return tabbed(
        request, "rules", "rule", programme=programme, form=form, kind=KINDS[kind], old=old,
        title=title(old) if old else "",
    )  # fmt: skip


def _fresh_key(name: str, book: Book) -> str:
    base = slugify(name)[:12] or "rule"
    taken = {each.key for each in book.rules}
    return base if base not in taken else f"{base}-{token_hex(2)}"


def _with(raw: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    rules = list(raw.get("rules", ()))
    place = next((n for n, each in enumerate(rules) if each["key"] == made["key"]), len(rules))
    return raw | {"rules": [*rules[:place], made, *rules[place + 1 :]]}


def _keep(request: HttpRequest, programme: Programme, form: Any, raw: dict[str, Any]) -> bool:
    try:
        save_draft(programme_id=programme.id, book=raw, by=f"user:{request.user.id}", at=now_us())
    except RuleError as wrong:
        form.add_error(None, wrong.message)
        return False
    toasts.say(request, _("Kept as a draft. Nothing changes for anybody until you publish."))
    return True


@require_POST
@allowed("loyalty.edit")
@running
def change(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Remove a rule, set how factors stack, drop the draft, or publish it."""
    by, at = f"user:{request.user.id}", now_us()
    do = request.POST.get("do", "")
    if do == "publish":
        return _publish(request, programme, by, at)
    if do == "drop":
        drop_draft(programme_id=programme.id, by=by, at=at)
        toasts.say(request, _("The draft is gone. The rules are as published."))
        return redirect("web:earning")
    raw = written(draft_book(programme))
    if do == "remove":
        raw["rules"] = [each for each in raw.get("rules", ()) if each["key"] != request.POST.get("key")]
    elif do == "stack":
        form = StackForm(request.POST)
        if form.is_valid():
            got = form.cleaned_data
            most = {name: got[name] for name in ("order", "day") if got[name]}
            raw |= {"stacking": got["stacking"], "most": most}
    try:
        save_draft(programme_id=programme.id, book=raw, by=by, at=at)
    except RuleError as wrong:
        toasts.warn(request, wrong.message)
    return redirect("web:earning")


def _publish(request: HttpRequest, programme: Programme, by: str, at: int) -> HttpResponse:
    try:
        made = publish(programme_id=programme.id, by=by, at=at)
    except (CannotDo, RuleError) as no:
        toasts.warn(request, str(no))
    else:
        toasts.say(request, _("Version %s is live for everything that is bought from now on.") % made.number)
    return redirect("web:earning")


@allowed("loyalty.edit")
@running
def test(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The draft beside what is live, on the last 30 days: counted in the background, found again here."""
    finding = Finding.objects.filter(programme_id=programme.id, name="rehearsal").first()
    if request.method == "POST":
        ask_rehearsal(programme_id=programme.id, at=now_us())
        return redirect("web:earning_test")
    words = Words(programme)
    waiting = finding is not None and finding.as_of_us is None
    content = finding.content if finding and not waiting else None
    return tabbed(
        request, "rules", "test", programme=programme, content=content, waiting=waiting, finding=finding, words=words,
        people=_named(content), changes=changes(programme, words), costs=_costs(content, words),
        title=_finding(content, words),
    )  # fmt: skip


def _named(content: dict[str, Any] | None) -> list[tuple[str, list[tuple[Any, int, int]]]]:
    """The people at both ends, with their names as they are now."""
    if not content:
        return []
    ids = {row[0] for end in ("gain", "lose") for row in content[end]}
    known = Person.objects.in_bulk(ids)
    return [
        (end, [(known[p], live, draft) for p, live, draft in content[end] if p in known]) for end in ("gain", "lose")
    ]


def _finding(content: dict[str, Any] | None, words: Words) -> str:
    """What the test says, in one line."""
    if not content:
        return _("What would the draft have given?")
    live, draft = content["points"]
    if live == draft:
        return _("The draft gives as many points as the live rules")
    more = (
        _("The draft would cost %s more in 30 days") if draft > live else _("The draft would cost %s less in 30 days")
    )
    return more % words.worth(abs(draft - live))


def _costs(content: dict[str, Any] | None, words: Words) -> tuple[str, str, str] | None:
    """What the points of both are worth, and the difference with its sign."""
    if not content:
        return None
    live, draft = content["points"]
    sign = "+" if draft > live else "−" if draft < live else "±"
    return words.worth(live), words.worth(draft), f"{sign}{words.worth(abs(draft - live))}"
