"""Rules, tiers, thresholds and history in sentences, as a shopkeeper says them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.core.models import Business
from regulars.loyalty.earning.rules import Limit, Picked, Rule, When
from regulars.loyalty.models import Programme, Threshold
from regulars.loyalty.tiers.scheme import Level, Scheme
from regulars.ui.formats import money, number, receipt
from regulars.web.pages.settings import DAYS


class Words:
    """Says things with the programme's unit and the business's currency."""

    def __init__(self, programme: Programme) -> None:
        self.programme, self.currency = programme, Business.load().currency

    def points(self, count: int) -> str:
        """120 points."""
        if self.programme.unit == _("points"):
            return ngettext("%(n)s point", "%(n)s points", count) % {"n": number(count)}
        return f"{number(count)} {self.programme.unit}"

    def money(self, minor: int) -> str:
        return money(minor, self.currency)

    def worth(self, points: int) -> str:
        """What so many points are worth."""
        return self.money(points * self.programme.worth_minor // self.programme.worth_points)

    def rule(self, rule: Rule) -> str:
        """A rule in one sentence."""
        said = " ".join(
            filter(None, [self._gives(rule), self.of(rule.only), self._but(rule.but), self.when(rule.when)])
        )
        limits = [self._tiers(rule.tiers), self._least(rule), self.limit(rule.most)]
        return "; ".join([said, *filter(None, limits)]) + "."

    def _gives(self, rule: Rule) -> str:
        said = {"points": self.points(rule.points), "amount": self.money(rule.per), "factor": number(rule.factor, 2)}
        if rule.kind == "times":
            said["factor"] = f"{rule.factor:g}"
        return {
            "amount": _("%(points)s for every %(amount)s"),
            "piece": _("%(points)s for every piece"),
            "order": _("%(points)s for every order"),
            "first": _("%(points)s for the first purchase"),
            "times": _("%(factor)s times the points"),
            "signup": _("%(points)s for joining"),
            "profile": _("%(points)s for a complete profile (name, e-mail, telephone, birthday)"),
            "birthday": _("%(points)s on the birthday"),
            "review": _("%(points)s for the review of a product, once per product"),
            "referral": _("%(points)s for a friend who came"),
            "event": _("%(points)s for “%(event)s”"),
        }[rule.kind] % {**said, "event": rule.event}

    def of(self, picked: Picked) -> str:
        """Of what."""
        parts = []
        if picked.categories or picked.products:
            parts.append(_("of %s") % _or([*picked.categories, *picked.products]))
        if picked.stores:
            parts.append(_("at %s") % _or(picked.stores))
        return " ".join(parts)

    def _but(self, picked: Picked) -> str:
        names = [*picked.categories, *picked.products, *picked.stores]
        return _("except %s") % _or(names) if names else ""

    def when(self, when: When) -> str:
        """On which days and hours."""
        parts, named = [], dict(DAYS)
        if when.weekdays:
            parts.append(_("on %s") % _or([str(named[day]) for day in when.weekdays]))
        if when.begin:
            parts.append(_("from %(begin)s to %(end)s") % {"begin": when.begin, "end": when.end})
        if when.first and when.last:
            parts.append(_("between %(first)s and %(last)s") % {"first": when.first, "last": when.last})
        elif when.first:
            parts.append(_("since %s") % when.first)
        elif when.last:
            parts.append(_("until %s") % when.last)
        return " ".join(parts)

    def _tiers(self, tiers: tuple[str, ...]) -> str:
        return _("for members of %s only") % _or(tiers) if tiers else ""

    def _least(self, rule: Rule) -> str:
        return _("orders of %s or more") % self.money(rule.least) if rule.least else ""

    def limit(self, most: Limit) -> str:
        """At most so many."""
        parts = [
            (most.order, _("%s per order")),
            (most.day, _("%s per day")),
            (most.member, _("%s per member in all")),
        ]
        said = [text % self.points(count) for count, text in parts if count is not None]
        return _("at most %s") % ", ".join(said) if said else ""

    def level(self, level: Level, scheme: Scheme) -> str:
        """From when on, and what it brings in points."""
        said = _("from %s") % self.basis(level.least, scheme)
        return said if level.factor == 1 else f"{said}, {_('%s times the points') % f'{level.factor:g}'}"

    def basis(self, count: int, scheme: Scheme | None) -> str:
        """An amount in what counts for tiers."""
        basis = scheme.basis if scheme else "points"
        if basis == "spend":
            return self.money(count)
        if basis == "orders":
            return ngettext("%(n)s order", "%(n)s orders", count) % {"n": number(count)}
        return self.points(count)

    def scheme(self, scheme: Scheme) -> str:
        """How tiers are reached and kept, in sentences."""
        by = {"points": _("points earned"), "spend": _("money spent"), "orders": _("orders")}[scheme.basis]
        window = _("in a calendar year")
        if scheme.months:
            window = ngettext("in the last %(n)s month", "in the last %(n)s months", scheme.months) % {
                "n": scheme.months
            }
        fall = _("down by one tier") if scheme.fall == "one" else _("down to the tier that was reached")
        return _(
            "By %(by)s %(window)s. Up at once; %(fall)s %(grace)s days after the window, if it was not reached again."
        ) % {"by": by, "window": window, "fall": fall, "grace": scheme.grace_days}

    def threshold(self, one: Threshold) -> str:
        """What has to be bought, within what time."""
        only = Picked(**{name: tuple(names) for name, names in one.only.items()})
        amount = {"spent": self.money(one.amount)}.get(one.measure) or number(one.amount)
        text = {
            "spent": _("%(amount)s spent on %(what)s"),
            "pieces": _("%(amount)s pieces bought of %(what)s"),
            "orders": _("%(amount)s orders with %(what)s"),
        }[one.measure]
        what = _or([*only.categories, *only.products]) or _("anything")
        shops = _(" at %s") % _or(only.stores) if only.stores else ""
        said = text % {"amount": amount, "what": what} + shops
        within = ngettext("within %(n)s month", "within %(n)s months", one.months) % {"n": one.months}
        return f"{said} {within if one.months else _('ever')}"

    def posting(self, one: Any, number_: str = "") -> str:
        """A line of somebody's history."""
        order = _("order %s") % receipt(number_) if number_ else _said_of(one.origin)
        kinds = {
            "earn": _("Earned: %s") % order,
            "claw": _("Taken back: %s") % order,
            "spend": _("Spent"),
            "hold": _("Put aside at a checkout"),
            "capture": _("Spent at a checkout"),
            "release": _("Given back by a checkout"),
            "giveback": _("Given back: what was spent"),
            "expire": _("Expired"),
            "adjust": _("Given by hand: %s") if one.amount >= 0 else _("Taken by hand: %s"),
            "close": _("Closed"),
        }
        said = kinds.get(one.kind, one.kind)
        return said % one.reason if one.kind == "adjust" else said


def _said_of(origin: str) -> str:
    kind = origin.partition(":")[0]
    return {
        "review": _("a review"),
        "birthday": _("birthday"),
        "signup": _("joining"),
        "profile": _("complete profile"),
        "referral": _("a friend who came"),
        "event": _("something you did"),
        "threshold": _("a threshold crossed"),
        "journey": _("a thank you"),
    }.get(kind, kind or _("by a rule"))


def _or(names: Any) -> str:
    names = [str(name) for name in names]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
