"""What Facebook and Instagram share: Meta's Graph API, its errors, limits, webhooks and the 24-hour window."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.dig import dig, rows, text, when, whole
from regulars.channels.networks.shape import Expired, Heard, Limit, Login, Said, Saying, Seen, Slower
from regulars.channels.networks.web import Broken, Rejected, Web
from regulars.channels.providers import Field, Forged, Incoming
from regulars.core.clock import DAY, HOUR, MINUTE

API = "https://graph.facebook.com"
VERSION = "v23.0"
ERRORS = "https://developers.facebook.com/docs/graph-api/guides/error-handling"
RATES = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting"
WINDOW = "https://developers.facebook.com/docs/messenger-platform/policy/policy-overview"
HOOKS = "https://developers.facebook.com/docs/graph-api/webhooks/getting-started"
WINDOW_US, AGENT_US = 24 * HOUR, 7 * DAY
# error codes of the page above: tokens, limits, passing faults, blocks for a while
DEAD = {102, 190, 467}
SLOW = {4, 17, 32, 341, 613, *range(80000, 80015)}
PASSING = {1, 2}
BLOCKED = 368
DUPLICATE = 506
OUTSIDE_WINDOW = {2018278, 2534022}
FIELDS = (
    Field(
        "token", _("Page access token"), "password", required=True, help=_("One that does not end, of a system user.")
    ),
    Field("app_secret", _("App secret"), "password", help=_("Proves calls of Meta to us, and our calls to it.")),
    Field(
        "verify",
        _("Verify token of the webhook"),
        "password",
        help=_("Any words; write the same ones in Meta's form."),
    ),
    Field("version", _("Version of the Graph API"), default=VERSION),
)

WINDOW_SAID = Limit(
    _("Private answers for 24 hours after the person wrote; people, not programs, have 7 days"), WINDOW
)
SHARED: dict[str, Any] = {
    "prices": (Limit(_("Free"), RATES),),
    "window_us": WINDOW_US,
    "late_us": AGENT_US,
    "every_s": 120,
}


def graph_web(name: str, login: Login) -> Web:
    """How one page or Instagram account asks."""
    base = str(login.settings.get("api") or API) + "/" + str(login.settings.get("version") or VERSION).strip("/ ")
    token = login.secrets.get("token", "")
    return Web(name, base, lambda: {"Authorization": f"Bearer {token}"}, look=lambda *told: look(name, *told))


def proof(login: Login) -> dict[str, str]:
    """appsecret_proof: that the token is used by the app it was made for."""
    secret, token = login.secrets.get("app_secret", ""), login.secrets.get("token", "")
    if not secret:
        return {}
    return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


def look(name: str, status: int, said: Any, headers: Mapping[str, str]) -> None:
    """Meta's own codes, which say more than the status."""
    code, why = whole(said, "error", "code"), text(said, "error", "message", most=200)
    if status < 400 or code is None:
        return
    if code in DEAD:
        raise Expired(f"{name} no longer accepts our key: {why} Connect it anew.")
    if code in SLOW:
        raise Slower(f"{name} asks us to wait: {why}", _regain(headers) or HOUR)
    if code == BLOCKED:
        raise Slower(f"{name} holds this account back for a while: {why}", 6 * HOUR)
    if code in PASSING:
        raise Broken(f"{name} is out of order for a moment: {why}", sent=True)


def _regain(headers: Mapping[str, str]) -> int:
    """Microseconds until calls are allowed again: estimated_time_to_regain_access, in minutes."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", ""))
    except ValueError:
        return 0
    minutes = [whole(one, "estimated_time_to_regain_access") or 0 for kinds in usage.values()
               for one in (kinds if isinstance(kinds, list) else [])] if isinstance(usage, dict) else []  # fmt: skip
    return max([0, *minutes]) * MINUTE


def refused(problem: Rejected) -> Said | None:
    """What a refusal means where it is more than that; None: it is one."""
    code, sub = whole(problem.said, "error", "code"), whole(problem.said, "error", "error_subcode")
    if code == DUPLICATE:
        return Said("unknown", code=str(code), reply=str(problem))
    if sub in OUTSIDE_WINDOW or (code == 10 and "window" in str(problem)):
        return Said("failed", code=str(sub or code), reply="The person wrote too long ago: Meta no longer lets us"
                    " answer in private.")  # fmt: skip
    return None


def message(saying: Saying, wrote_us: int, now: int) -> dict[str, Any] | Said:
    """The body of a private answer: within 24 hours an answer, within 7 days with the tag of a human agent."""
    since = now - wrote_us
    if not wrote_us or since > AGENT_US:
        return Said("failed", code="window", reply="The person wrote more than 7 days ago: Meta lets nobody answer in"
                    " private any more.")  # fmt: skip
    way = {"messaging_type": "RESPONSE"}
    if since > WINDOW_US - 5 * MINUTE:
        way = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"recipient": {"id": saying.to}, "message": {"text": saying.text}, **way}


def last_wrote(web: Web, owner: str, to: str, platform: str, proven: Mapping[str, str]) -> tuple[int, list]:
    """(when the person wrote last, the latest messages) of the private conversation with them."""
    got = web.get(f"/{owner}/conversations", platform=platform, user_id=to,
                  fields="messages.limit(20){id,created_time,from,message}", **proven)  # fmt: skip
    latest = rows(got, "data", 0, "messages", "data")
    times = [when(one, "created_time") or 0 for one in latest if text(one, "from", "id") == to]
    return max(times, default=0), latest


def called(incoming: Incoming, login: Login, read: Callable[[Mapping[str, Any]], list[Seen]]) -> Heard:
    """What a call says, as `read` reads each entry of it. Raises Forged unless it carries the signature of our app's
    secret over the raw body."""
    secret = login.secrets.get("app_secret", "")
    wanted = "sha256=" + hmac.new(secret.encode(), incoming.body, hashlib.sha256).hexdigest()
    got = incoming.headers.get("x-hub-signature-256", "")
    if not secret or not hmac.compare_digest(wanted.encode(), got.encode()):
        raise Forged("The signature is not that of this app.")
    try:
        entries = rows(json.loads(incoming.body), "entry")
    except ValueError:
        raise ValueError("The call is not JSON.") from None
    return Heard(tuple(one for entry in entries for one in read(entry)))


def hello(incoming: Incoming, login: Login) -> str:
    """What Meta asks before it calls: hub.challenge comes back when the words are ours (see HOOKS)."""
    ours, theirs = login.secrets.get("verify", ""), incoming.params.get("hub.verify_token", "")
    if not ours or not hmac.compare_digest(ours.encode(), theirs.encode()):
        raise Forged("The verify token is not ours.")
    return incoming.params.get("hub.challenge", "")[:200]


def pages(web: Web, path: str, most: int, **asked: Any) -> list[Mapping[str, Any]]:
    """The objects of up to so many pages; the next one is asked for by its cursor, not by an address they send."""
    found: list[Mapping[str, Any]] = []
    after = None
    for _page in range(most):
        got = web.get(path, after=after, **asked)
        found += rows(got, "data")
        after = text(got, "paging", "cursors", "after", most=500)
        if not after or not dig(got, "paging", "next"):
            break
    return found
