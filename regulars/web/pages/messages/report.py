"""After sending: what a broadcast brought, in figures that lead to the messages, and one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.channels import queries
from regulars.channels.models import Campaign, State
from regulars.content.queries import prepared
from regulars.core.clock import MINUTE
from regulars.core.models import Business
from regulars.insights.actions import measure_campaign
from regulars.insights.lift import FEW, Lift
from regulars.insights.queries.lift import CampaignLift, campaign_lift
from regulars.insights.queries.outcomes import Outcomes, campaign_outcomes
from regulars.ui.formats import money, number, percent
from regulars.web.pages.messages.standing import Standing
from regulars.web.pages.messages.words import RULES

SMALL = 5_000  # messages up to which a report is counted while somebody waits
STALE = MINUTE


@dataclass(frozen=True)
class Figure:
    """A number with what it is, its share, and the messages behind it."""

    label: str
    value: str
    note: str
    href: str


def measure(campaign_id: int, messages: int, *, at: int) -> bool:
    """Count the outcomes again: at once where that is quick, else by the queue. Whether they are there now."""
    if messages <= SMALL:
        measure_campaign(campaign_id=campaign_id, at=at)
        return True
    measure_campaign.later(campaign_id=campaign_id, at=at)
    return False


def outcomes(found: Standing, *, at: int) -> Outcomes | None:
    """What came back; of small broadcasts as of the last minute, of big ones as measured last."""
    known = campaign_outcomes([found.campaign.id]).get(found.campaign.id)
    if found.planned <= SMALL and (known is None or at - known.as_of_us > STALE):
        measure(found.campaign.id, found.planned, at=at)
        known = campaign_outcomes([found.campaign.id]).get(found.campaign.id)
    return known


def figures(found: Standing, heard: Outcomes | None, left_out: Skipped) -> list[Figure]:
    """What became of the messages: by state as of now, what people did as of the last measuring. Those not sent are
    as many as the reasons beside add up to, where these are of now, too."""
    sent, counts = found.sent, found.counts
    delivered, failed = counts.get("delivered", 0), counts.get("failed", 0)
    shown = [
        _state(found, _("Sent"), sent, State.HANDED_OFF, _("handed to the server"), exact=False),
        _state(found, _("Known to have arrived"), delivered, State.DELIVERED, _share(delivered, sent)),
        _state(
            found, _("Came back"), counts.get("bounced", 0), State.BOUNCED, _share(counts.get("bounced", 0), sent)
        ),
    ]
    if heard:
        shown += [_did(found, heard, *one) for one in _kinds()]
    return [
        *shown,
        _state(found, _("Failed"), failed, State.FAILED, _("the server refused them")),
        _state(
            found,
            _("Not sent"),
            counts.get("skipped", 0) if left_out.as_of_us else left_out.total,
            State.SKIPPED,
            _("by the rules"),
        ),
    ]


def _kinds() -> list[tuple[str, str]]:
    return [("opened", _("Opened")), ("clicked", _("Clicked")), ("unsubscribed", _("Unsubscribed")),
            ("complained", _("Marked as spam"))]  # fmt: skip


def _share(part: int, whole: int) -> str:
    return _("%s of those sent") % percent(part / whole) if whole else ""


def _list(found: Standing, query: str) -> str:
    return f"{reverse('web:messages')}?campaign={found.campaign.id}&{query}"


def _state(found: Standing, label: str, count: int, state: State, note: str, *, exact: bool = True) -> Figure:
    return Figure(label, number(count), note, _list(found, f"state={int(state)}" if exact else "did=sent"))


def _did(found: Standing, heard: Outcomes, kind: str, label: str) -> Figure:
    people, machines = heard.people(kind), heard.machines(kind)
    note = _share(people, found.sent)
    if machines:
        note += " · " + _("%s more by scanners or privacy proxies") % number(machines)
    return Figure(label, number(people), note, _list(found, f"did={kind}"))


def links(campaign: Campaign, heard: Outcomes | None, sent: int) -> list[tuple[str, int, str]]:
    """(address, people who clicked it, share of those sent), most clicked first."""
    if not heard or not heard.links or campaign.version_id is None:
        return []
    written = prepared(campaign.version_id, "").links
    rows = sorted(heard.links.items(), key=lambda link: -link[1])
    return [(_target(written, n), people, percent(people / sent) if sent else "") for n, people in rows]


def _target(written, n: int) -> str:
    return written[n - 1] if 0 < n <= len(written) else _("link %d") % n


@dataclass(frozen=True)
class Skipped:
    """Those not sent: (rule, its words, messages) each. `as_of_us`: when they were counted; 0: just now."""

    rows: list[tuple[str, str, int]]
    as_of_us: int = 0

    @property
    def total(self) -> int:
        return sum(n for _, _, n in self.rows)


def skipped(found: Standing, heard: Outcomes | None) -> Skipped:
    """Why some were not sent: of small broadcasts counted now, of big ones as measured last."""
    if found.planned <= SMALL:
        return Skipped(_worded(queries.skipped(found.campaign.id)))
    return Skipped(_worded(heard.skipped), heard.as_of_us) if heard else Skipped([])


def _worded(rules: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(rule, str(RULES.get(rule, rule)), n) for rule, n in rules.items()]


@dataclass(frozen=True)
class Brought:
    """What the broadcast brought: a sentence, its tone, and the arms as rows of a table."""

    sentence: str
    tone: str
    rows: list[tuple[str, str, str, str, str]]
    as_of_us: int
    days: int


def brought(campaign: Campaign) -> Brought | None:
    """None before it was measured."""
    found = campaign_lift(campaign.id)
    if found is None:
        return None
    sentence, tone = _sentence(found, campaign)
    return Brought(sentence, tone, _rows(found), found.as_of_us, found.window_days)


def _rows(found: CampaignLift) -> list[tuple[str, str, str, str, str]]:
    currency = Business.load().currency
    return [
        (label, number(arm.people), number(arm.orders), _of(arm.buyers, arm.people), money(round(arm.mean), currency))
        for label, arm in ((_("Sent"), found.treated), (_("Held out"), found.held_out))
        if arm.people
    ]


def _of(part: int, whole: int) -> str:
    return f"{number(part)} ({percent(part / whole)})" if whole else number(part)


def _sentence(found: CampaignLift, campaign: Campaign) -> tuple[str, str]:
    if not found.held_out.people:
        return _nobody_out(campaign), ""
    if found.lift is None or not found.lift.enough:
        words = {"few": FEW, "sent": number(found.treated.buyers), "out": number(found.held_out.buyers)}
        text = _(
            "Not enough data yet: %(sent)s of those sent and %(out)s of those held out bought. From %(few)s buyers in"
            " each group on, the comparison says something."
        )
        return text % words, "warn"
    return _difference(found.lift)


def _nobody_out(campaign: Campaign) -> str:
    if campaign.holdout:
        return _("Nobody is held out yet, so it cannot be said what they would have bought anyway.")
    return _(
        "Nobody was held out, so it cannot be said what they would have bought anyway. Next time hold out a tenth."
    )


def _difference(lift: Lift) -> tuple[str, str]:
    currency = Business.load().currency

    def say(value: float) -> str:
        return money(round(value), currency)

    spend, (extra, low, high) = lift.spend, lift.extra_spend
    words = {
        "each": say(abs(spend.estimate)), "low": say(spend.low), "high": say(spend.high),
        "extra": say(abs(extra)), "from": say(low), "to": say(high), "n": number(lift.treated.people),
    }  # fmt: skip
    if not spend.clear:
        text = _(
            "No clear difference: between %(low)s and %(high)s per person (95 %%), so it may have brought nothing."
        )
        return text % words, ""
    if spend.estimate > 0:
        text = _(
            "It brought %(extra)s that would not have come without it (95 %%: %(from)s to %(to)s): each of the %(n)s"
            " spent %(each)s more than those held out."
        )
        return text % words, "good"
    text = _("It did harm: each of the %(n)s spent %(each)s less than those held out (95 %%: %(low)s to %(high)s).")
    return text % words, "bad"
