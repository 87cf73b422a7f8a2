"""May this message go to this person now? One engine for the forecast at planning and the answer at hand-off.

Pure: what there is to know is in the Subject and the Rules. The order is fixed: consent, address, suppression, quiet
hours, pressure, priority, holdout; the first rule that objects decides. Transactional messages are only asked for an
address and a suppression of scope "all".
"""

from __future__ import annotations

from typing import Any, NamedTuple

from regulars.channels.quiet import Quiet, local_time, quiet_until
from regulars.core.clock import DAY, MINUTE

TRANSACTIONAL = "transactional"
PAUSE = 5 * MINUTE  # until a message that gave way asks again


class Limit(NamedTuple):
    """At most `most` contacts in any `window_us`, in one channel or ("") over all. `own`: the person's own wish."""

    most: int
    window_us: int
    channel: str = ""
    own: bool = False


class Contact(NamedTuple):
    """A marketing message that reached, or is reaching, the person."""

    at: int
    channel: str


class Rival(NamedTuple):
    """A message of higher priority that is planned for the same person."""

    due_us: int
    priority: int
    message_id: int
    campaign_id: int
    channel: str


class Suppressed(NamedTuple):
    """Why nothing is sent to an address. scope: "all", or "marketing"."""

    reason: str
    scope: str
    at: int


class Rules(NamedTuple):
    """What is the same for everybody in a campaign."""

    channel: str
    purpose: str = "marketing"
    topic: str = ""
    priority: int = 50
    quiet: Quiet | None = None
    caps: tuple[Limit, ...] = ()
    business_holdout: float = 0.0
    holdout: float = 0.0


class Subject(NamedTuple):
    """What is known of one person. Contacts newest first; `draw`s are in [0, 1), below the share = held out."""

    person_id: int
    address: str = ""
    consent: str = "unknown"
    topic_consent: str = "unknown"
    suppressed: Suppressed | None = None
    zone: str = "UTC"
    contacts: tuple[Contact, ...] = ()
    rivals: tuple[Rival, ...] = ()
    own_cap: Limit | None = None
    business_draw: float = 1.0
    draw: float = 1.0
    language: str = ""
    tracking: str = "unknown"
    gone: bool = False


class Decision(NamedTuple):
    """The answer: verdict "send", "wait" (until) or "skip"; the rule that decided, "passed" when none objected."""

    verdict: str
    rule: str
    until_us: int | None
    numbers: dict[str, Any]

    def stored(self, at: int) -> dict[str, Any]:
        """As it is kept on the message."""
        until = {} if self.until_us is None else {"until_us": self.until_us}
        return {"verdict": self.verdict, "rule": self.rule, "at": at, **until, **self.numbers}


def decide(subject: Subject, rules: Rules, at: int, expires_us: int | None = None) -> Decision:
    """The decision at a moment. Waiting beyond `expires_us` is skipping, with the rule that would have waited."""
    if expires_us is not None and at >= expires_us:
        return Decision("skip", "expired", None, {"expired_us": expires_us})
    found = _objection(subject, rules, at)
    if found and found.verdict == "wait" and expires_us is not None and found.until_us >= expires_us:
        return Decision("skip", "expired", None, {"because": found.rule, "expired_us": expires_us, **found.numbers})
    return found or Decision("send", "passed", None, _passed(subject, rules, at))


class Engine:
    """`decide` for many people of one campaign: the same answer, worked out once for all who are alike.

    Alike are those without rivals and wishes of their own, whom neither holdout draws, and who have as many contacts
    in the window of each cap, none of which is full.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._caps = limits_of(Subject(0), rules)
        self._known: dict[tuple, Decision] = {}

    def decide(self, subject: Subject, at: int, expires_us: int | None = None) -> Decision:
        """As the function."""
        rules = self.rules
        used = self._used(subject, at) if subject.contacts else ()
        if (
            used is None
            or subject.rivals
            or subject.own_cap
            or subject.business_draw < rules.business_holdout
            or subject.draw < rules.holdout
        ):
            return decide(subject, rules, at, expires_us)
        alike = (subject.consent, subject.topic_consent, subject.suppressed, subject.zone, subject.address == "",
                 subject.gone, at, expires_us, used)  # fmt: skip
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = decide(subject, rules, at, expires_us)
        return found

    def _used(self, subject: Subject, at: int) -> tuple[int, ...] | None:
        """How many contacts count against each cap; None when one of them is full."""
        used = tuple(len(_counted(subject, cap, at)) for cap in self._caps)
        return None if any(n >= cap.most for n, cap in zip(used, self._caps, strict=True)) else used


def _objection(subject: Subject, rules: Rules, at: int) -> Decision | None:
    if subject.gone:
        return _skip("gone")
    if rules.purpose == TRANSACTIONAL:
        return _address(subject) or _suppression(subject, ("all",))
    return (
        _consent(subject, rules)
        or _address(subject)
        or _suppression(subject, ("all", "marketing"))
        or _quiet(subject, rules, at)
        or _pressure(subject, rules, at)
        or _priority(subject, rules, at)
        or _holdout(subject, rules)
    )


def _skip(rule: str, **numbers: Any) -> Decision:
    return Decision("skip", rule, None, numbers)


def _consent(subject: Subject, rules: Rules) -> Decision | None:
    """Marketing must have been granted; a topic must not have been declined."""
    if subject.consent != "granted":
        return _skip("consent", state=subject.consent, purpose=rules.purpose)
    if rules.topic and subject.topic_consent in ("withdrawn", "pending"):
        return _skip("consent", state=subject.topic_consent, purpose=rules.topic)
    return None


def _address(subject: Subject) -> Decision | None:
    return None if subject.address else _skip("address")


def _suppression(subject: Subject, scopes: tuple[str, ...]) -> Decision | None:
    found = subject.suppressed
    if found is None or found.scope not in scopes:
        return None
    return _skip("suppression", reason=found.reason, since_us=found.at)


def _quiet(subject: Subject, rules: Rules, at: int) -> Decision | None:
    until = quiet_until(rules.quiet, subject.zone, at) if rules.quiet else at
    if until == at:
        return None
    hours = {"from": rules.quiet.start, "to": rules.quiet.end, "days_off": list(rules.quiet.weekdays_off)}
    return Decision("wait", "quiet_hours", until, {**_local(subject, at), **hours})


def _local(subject: Subject, at: int) -> dict[str, Any]:
    return {"local": local_time(subject.zone, at), "zone": subject.zone}


def limits_of(subject: Subject, rules: Rules) -> tuple[Limit, ...]:
    """The caps that hold for a person in this channel."""
    own = (subject.own_cap,) if subject.own_cap else ()
    return own + tuple(cap for cap in rules.caps if cap.channel in ("", rules.channel))


def _counted(subject: Subject, cap: Limit, at: int) -> list[int]:
    """Times of the contacts that count against a cap at a moment, newest first. Each counts for just the window."""
    if not subject.contacts:
        return []
    since = at - cap.window_us
    return [c.at for c in subject.contacts if c.at > since and cap.channel in ("", c.channel)]


def _pressure(subject: Subject, rules: Rules, at: int) -> Decision | None:
    """Wait until the last full cap has a free slot."""
    worst: Decision | None = None
    for cap in limits_of(subject, rules):
        counted = _counted(subject, cap, at)
        if cap.most <= 0:
            return _skip("pressure", **_of_cap(cap, counted))
        if len(counted) >= cap.most:
            until = counted[cap.most - 1] + cap.window_us
            if worst is None or until > worst.until_us:
                worst = Decision("wait", "pressure", until, _of_cap(cap, counted))
    return worst


def _of_cap(cap: Limit, counted: list[int]) -> dict[str, Any]:
    return {
        "used": len(counted),
        "most": cap.most,
        "days": round(cap.window_us / DAY, 3),
        "channel": cap.channel,
        "own": cap.own,
    }


def _priority(subject: Subject, rules: Rules, at: int) -> Decision | None:
    """Give way when sending now would leave a more important message without its slot when it is due."""
    rivals = sorted((max(r.due_us, at), r) for r in subject.rivals if r.priority > rules.priority)
    for cap in limits_of(subject, rules) if rivals else ():
        before = 0
        for due, rival in rivals:
            if due - at >= cap.window_us or cap.channel not in ("", rival.channel):
                continue
            before += 1
            used = len(_counted(subject, cap, due))
            if used + before + 1 > cap.most:
                numbers = {"rival": rival.message_id, "rival_priority": rival.priority, "priority": rules.priority}
                numbers |= {"rival_campaign": rival.campaign_id, "rival_due_us": rival.due_us}
                return Decision("wait", "priority", due + PAUSE, {**numbers, "used": used, "most": cap.most})
    return None


def _holdout(subject: Subject, rules: Rules) -> Decision | None:
    if subject.business_draw < rules.business_holdout:
        return _skip("business_holdout", share=rules.business_holdout, draw=round(subject.business_draw, 6))
    if subject.draw < rules.holdout:
        return _skip("holdout", share=rules.holdout, draw=round(subject.draw, 6))
    return None


def _passed(subject: Subject, rules: Rules, at: int) -> dict[str, Any]:
    """The numbers of a message that goes: consent, local time, how full the caps were."""
    if rules.purpose == TRANSACTIONAL:
        return {"purpose": TRANSACTIONAL}
    caps = [_of_cap(cap, _counted(subject, cap, at)) for cap in limits_of(subject, rules)]
    return {"consent": subject.consent, **_local(subject, at), "caps": caps}
