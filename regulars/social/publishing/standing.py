"""Where a post stands, said as it is: a thing is there only when the network showed it to us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.channels.networks.models import Post, PostState
from regulars.social.models import Plan, Variant
from regulars.social.publishing.agreeing import agreed, is_from_before, last_crisis, needed, pulled
from regulars.social.publishing.threads import posts_of, pressing

LABELS = {
    "draft": (gettext_lazy("draft"), ""),
    "wanted": (gettext_lazy("waits for a yes"), "warn"),
    "returned": (gettext_lazy("sent back"), "warn"),
    "asked": (gettext_lazy("does it still stand?"), "warn"),
    "stopped": (gettext_lazy("stopped"), "bad"),
    "planned": (gettext_lazy("planned"), "on"),
    "trouble": (gettext_lazy("will not go out"), "bad"),
    "broken": (gettext_lazy("broke off"), "bad"),
    "held": (gettext_lazy("held"), "warn"),
    "leaving": (gettext_lazy("on its way"), "on"),
    "there": (gettext_lazy("there"), "good"),
    "seen": (gettext_lazy("there, read back"), "good"),
    "failed": (gettext_lazy("failed"), "bad"),
    "unknown": (gettext_lazy("nobody knows"), "bad"),
    "cancelled": (gettext_lazy("taken back"), ""),
    "removed": (gettext_lazy("taken down"), ""),
    "withdrawn": (gettext_lazy("withdrawn"), ""),
}
OF_POST = {
    PostState.HELD: "held", PostState.PLANNED: "leaving", PostState.CLAIMED: "leaving",
    PostState.HANDING_OFF: "leaving", PostState.HANDED_OFF: "there", PostState.CONFIRMED: "seen",
    PostState.FAILED: "failed", PostState.UNKNOWN: "unknown", PostState.CANCELLED: "cancelled",
    PostState.REMOVED: "removed",
}  # fmt: skip
# what is shown of a post that stands differently on its accounts: what needs somebody most
WORST = """unknown failed trouble broken stopped asked returned wanted held leaving planned draft there seen removed
cancelled withdrawn""".split()  # noqa: SIM905


@dataclass(frozen=True)
class Standing:
    """A state (a key of LABELS) and why it is so, as a sentence, where there is something to say."""

    state: str
    why: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.state][0])

    @property
    def tone(self) -> str:
        return LABELS[self.state][1]


def standings(plans: Mapping[int, Plan], variants: Iterable[Variant]) -> dict[int, Standing]:
    """{variant: where it stands}. Set-based: a month is read with a handful of statements."""
    some = list(variants)
    posts = posts_of(some)
    wanted, said = needed(plans.values()), agreed(plans.values())
    brake, crisis = pulled(), last_crisis()
    found = {}
    for one in some:
        plan, post = plans[one.plan_id], pressing(one, posts)
        if post:
            found[one.id] = _of_post(one, post, stopped=brake is not None, left=plan.withdrawn_us is not None)
        else:
            missing = wanted[plan.id] - len(said[plan.id])
            found[one.id] = _waiting(plan, one, missing, stopped=brake is not None, old=is_from_before(plan, crisis))
    return found


def _of_post(one: Variant, post: Post, *, stopped: bool, left: bool) -> Standing:
    state = OF_POST[PostState(post.state)]
    if state in ("there", "seen") and one.trouble and not left:
        return Standing("broken", one.trouble)
    if state in ("there", "seen") and one.next_us is not None:
        return Standing("leaving", _("The rest of the thread follows."))
    if state == "leaving" and stopped and post.state == PostState.PLANNED:
        return Standing("stopped", _("Everything public is stopped."))
    return Standing(state, post.trouble)


def _waiting(plan: Plan, one: Variant, missing: int, *, stopped: bool, old: bool) -> Standing:
    if plan.withdrawn_us:
        return Standing("withdrawn")
    if plan.returned_us:
        return Standing("returned", plan.returned_why)
    if one.trouble:
        return Standing("trouble", one.trouble)
    if plan.asked_us or (old and one.due_us):
        late = _("Its time passed before it could go out.")
        return Standing(
            "asked", late if plan.asked_why == "late" else _("It was written before everything was stopped.")
        )
    if plan.wanted_us:
        more = _("%d more people have to agree.") % missing if missing > 1 else _("Somebody has to agree.")
        return Standing("wanted", more)
    if one.next_us is None:
        return Standing("draft")
    return Standing("stopped", _("Everything public is stopped.")) if stopped else Standing("planned")


def worst(several: Iterable[Standing]) -> Standing:
    """The one that needs somebody most."""
    return min(several, key=lambda one: WORST.index(one.state))
