"""Stored decisions in sentences, with their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.channels.models import Campaign, Message, State
from regulars.core.models import Business
from regulars.ui import formats

Said = Mapping[str, Any]


def sentences(
    message: Message, said: Said | None, rivals: Mapping[int, Campaign], *, foretold: bool = False
) -> list[str]:
    """Why, in one to four sentences. Times are those of the business but for local ones, which say their zone."""
    found = [] if said is None else _decision({**said, "by": message.channel}, rivals, foretold)
    return found if foretold else [*found, *_since(message)]


def _decision(said: Said, rivals: Mapping[int, Campaign], foretold: bool) -> list[str]:
    if said["verdict"] == "send":
        return _sent(said, foretold)
    reason = _REASONS.get(said["rule"], _other)(said, rivals)
    if said["verdict"] == "wait" and said.get("until_us"):
        return [reason, _("It waits until %(until)s.") % {"until": moment(said["until_us"])}]
    return [reason]


def _sent(said: Said, foretold: bool) -> list[str]:
    if said.get("purpose") == "transactional":
        return [_("It is an answer that somebody waits for, so only dead and stopped addresses hold it back.")]
    first = _("Nothing spoke against it when it was planned.") if foretold else _("Every rule let it pass.")
    agreed = _CONSENTS[said["consent"]]() % {"purpose": _purpose("marketing"), "by": _by(said["by"])}
    found = [first, agreed]
    if "local" in said:
        found.append(_("It was %(time)s, in %(zone)s.") % {"time": clock(said["local"]), "zone": said["zone"]})
    return found + [_cap(cap) for cap in said.get("caps", ())]


def _cap(cap: Said) -> str:
    where = _by(cap["channel"]) if cap["channel"] in _WAYS else _("over all channels")
    days = cap["days"]
    text = ngettext(
        "%(used)s of at most %(most)s messages in %(days)g day had reached them %(where)s.",
        "%(used)s of at most %(most)s messages in %(days)g days had reached them %(where)s.",
        int(days),
    )
    found = text % {"used": cap["used"], "most": cap["most"], "days": days, "where": where}
    return found + " " + _("That limit is the person's own wish.") if cap.get("own") else found


def _consent(said: Said, _rivals: Any) -> str:
    return _CONSENTS[said["state"]]() % {"purpose": _purpose(said["purpose"]), "by": _by(said["by"])}


_WAYS = {"email": lambda: _("by e-mail"), "sms": lambda: _("by SMS")}


def _by(channel: str) -> str:
    return _WAYS[channel]() if channel in _WAYS else _("by this channel")


def _purpose(purpose: str) -> str:
    return _("news and offers") if purpose == "marketing" else f"“{purpose}”"


_CONSENTS = {
    "granted": lambda: _("They agreed to %(purpose)s %(by)s."),
    "pending": lambda: _("They have not confirmed yet that they agree to %(purpose)s %(by)s."),
    "withdrawn": lambda: _("They withdrew their consent to %(purpose)s %(by)s."),
    "unknown": lambda: _("They never agreed to %(purpose)s %(by)s."),
}
_SUPPRESSED = {
    "hard_bounce": lambda: _("a message came back from it: it does not exist"),
    "soft_bounces": lambda: _("messages came back from it again and again"),
    "complaint": lambda: _("its owner marked a message as spam"),
    "stop": lambda: _("its owner answered STOP"),
    "manual": lambda: _("somebody here decided so"),
}


def _suppression(said: Said, _rivals: Any) -> str:
    words = {"why": _SUPPRESSED.get(said["reason"], lambda: said["reason"])(), "since": moment(said["since_us"])}
    return _("Nothing is sent to this address since %(since)s: %(why)s.") % words


def _quiet(said: Said, _rivals: Any) -> str:
    words = {"time": clock(said["local"]), "zone": said["zone"], "from": _hour(said["from"]), "to": _hour(said["to"])}
    return _("It was %(time)s, in %(zone)s, where %(from)s to %(to)s, or that day, is quiet.") % words


def _priority(said: Said, rivals: Mapping[int, Campaign]) -> str:
    rival = rivals.get(said["rival_campaign"])
    words = {
        "name": rival.name if rival else _("another message"),
        "theirs": said["rival_priority"],
        "mine": said["priority"],
        "used": said["used"],
        "most": said["most"],
    }
    return (
        _(
            "“%(name)s” is more important (%(theirs)s against %(mine)s) and wants the last free place: %(used)s of"
            " %(most)s are taken."
        )
        % words
    )


def _holdout(said: Said, _rivals: Any) -> str:
    return _("The person is among the %(share)s held out to measure what messages do.") % {
        "share": f"{said['share']:.1%}"
    }


def _expired(said: Said, rivals: Mapping[int, Campaign]) -> str:
    found = _("It was only of use until %(until)s.") % {"until": moment(said["expired_us"])}
    inner = _REASONS.get(said.get("because", ""))
    return f"{found} {inner(said, rivals)}" if inner else found


def _other(said: Said, _rivals: Any) -> str:
    plain = {
        "address": _("There is no address for this channel, or only ones that are shared by many or unreadable."),
        "gone": _("The person is not known any more."),
        "erased": _("The person was erased."),
        "stopped": _("The campaign was stopped."),
        "again": _("It was put back to be looked at again."),
        "limit": _("The recipient's mail service takes no more just now."),
        "cannot_render": _("The text could not be written for this person: %(error)s")
        % {"error": said.get("error", "")},
    }
    return plain.get(said["rule"], said["rule"])


_REASONS = {
    "consent": _consent,
    "suppression": _suppression,
    "quiet_hours": _quiet,
    "pressure": lambda said, _rivals: _cap(said),
    "priority": _priority,
    "holdout": _holdout,
    "business_holdout": _holdout,
    "expired": _expired,
}


def _since(message: Message) -> list[str]:
    """What became of it after the decision."""
    words = {"when": moment(message.handed_us or message.ended_us), "reply": message.reply}
    text = {
        State.CLAIMED: _("A worker holds it."),
        State.HANDING_OFF: _("It is being handed to the server right now."),
        State.HANDED_OFF: _("It was handed over on %(when)s; the answer was “%(reply)s”."),
        State.DELIVERED: _("It arrived; handed over on %(when)s."),
        State.BOUNCED: _("It came back: “%(reply)s”."),
        State.FAILED: _("It could not be handed over: “%(reply)s”."),
        State.UNKNOWN: _("Nobody knows whether it arrived: %(reply)s It is not sent again unless a person says so."),
    }.get(message.state)
    if message.state == State.PLANNED and message.decision is None:
        text = _("It is planned; its turn has not come.")
    return [text % words] if text else []


def moment(us: int | None) -> str:
    """A time for people, by the clock of the business."""
    return formats.moment(us, Business.load().timezone) if us else _("an unknown time")


def clock(local: str) -> str:
    """ "2026-09-21T22:13" as 22:13 on 21 Sep 2026."""
    at = datetime.fromisoformat(local)
    return _("%(clock)s on %(day)s") % {"clock": f"{at:%H:%M}", "day": dateformat.format(at, "j M Y")}


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
