"""SMS by Twilio: the Programmable Messaging API (twilio.com/docs/messaging/api/message-resource).

Twilio has no idempotency key: when the line breaks after the request was sent, the outcome is unknown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.conf import settings

from regulars.channels.providers import Field, Forged, Incoming, Outcome, Parcel, Returned, Way, hook_path
from regulars.channels.sms.replies import replied
from regulars.core import outside
from regulars.core.clock import MINUTE, SECOND

CHANNEL = "sms"
LABEL = "Twilio"
API = "https://api.twilio.com/2010-04-01"
FIELDS = (
    Field("account", "Account SID", required=True, help="Begins with AC."),
    Field("token", "Auth token", type="password", required=True),
    Field(
        "service", "Messaging service SID", help="Begins with MG. Empty: messages go from the sender's own number."
    ),
)
# twilio.com/docs/api/errors: what will never work for this address, and what says that the person stopped us
DEAD = {"21211", "21214", "21217", "21614", "30005", "30006", "21612"}
STOPPED = {"21610", "30004"}
OURS = {
    "20003",
    "21212",
    "21603",
    "21606",
    "21608",
    "30002",
    "30018",
}  # account, sender: the next will fare no better


def open(server: Way) -> Twilio:
    """A carrier for this account."""
    return Twilio(server)


class Twilio:
    """One request per message: the API takes no batches."""

    def __init__(self, server: Way, *, api: str = "") -> None:
        self.server, self.api = server, api or server.settings.get("api", API)
        name = server.settings["account"]
        said = f"{name}:{server.secrets['token']}".encode()
        self.headers = {
            "Authorization": "Basic " + base64.b64encode(said).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.url = f"{self.api}/Accounts/{name}/Messages.json"

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        """Hand the messages over one by one."""
        return [self._one(parcel) for parcel in parcels]

    def close(self) -> None:
        """Nothing is kept open."""

    def _one(self, parcel: Parcel) -> Outcome:
        service = self.server.settings.get("service")
        who = {"MessagingServiceSid": service} if service else {"From": parcel.sender.address}
        back = settings.PUBLIC_URL + hook_path(self.server.server_id)
        form = {"To": parcel.to, "Body": parcel.text, "StatusCallback": f"{back}?message={parcel.message_id}", **who}
        try:
            answer = outside.ask(self.url, headers=self.headers, body=urlencode(form).encode(), timeout=15)
        except outside.Unreachable as problem:
            state = "unknown" if problem.sent else "retry"
            return Outcome(parcel.message_id, state, reply=str(problem), blame="server")
        except outside.Refused as problem:
            return Outcome(parcel.message_id, "retry", reply=str(problem), blame="server", wait_us=MINUTE)
        return outcome(parcel.message_id, answer.status, _json(answer.body), answer.headers)


def outcome(message_id: int, status: int, said: Mapping, headers: Mapping[str, str]) -> Outcome:
    """What an answer of the API means."""
    code, text = str(said.get("code") or status), str(said.get("message") or "")[:300]
    if status in (200, 201):
        return Outcome(
            message_id, "handed_off", reply=str(said.get("status", "")), external_id=str(said.get("sid", ""))
        )
    if status == 429 or code == "20429":
        wait = headers.get("Retry-After", "")
        return Outcome(message_id, "retry", code, text, wait_us=int(wait) * SECOND if wait.isdigit() else 10 * SECOND)
    if status >= 500:
        # a gateway in between may say so after Twilio took it
        return Outcome(message_id, "unknown" if status == 504 else "retry", code, text, blame="server")
    if status in (401, 403) or code in OURS:
        return Outcome(message_id, "retry", code, text, blame="server", wait_us=MINUTE)
    return Outcome(
        message_id, "failed", code, text, hard=code in DEAD | STOPPED, blame="address" if code in DEAD else ""
    )


def webhook(incoming: Incoming, way: Way, *, at: int) -> list[Returned]:
    """Delivery reports and replies. Raises Forged when the signature is not Twilio's for this account."""
    public = settings.PUBLIC_URL + incoming.url[incoming.url.index("/", 8) :]
    posted = _posted(incoming)
    if not hmac.compare_digest(
        signature(way.secrets["token"], public, posted), incoming.headers.get("x-twilio-signature", "")
    ):
        raise Forged("The signature is not that of this Twilio account.")
    sid, status = posted.get("MessageSid", ""), posted.get("MessageStatus", "")
    if "Body" in posted and not status:
        return [replied(kind="twilio", reference=sid, address=posted.get("From", ""), text=posted["Body"], at=at)]
    code = posted.get("ErrorCode", "")
    asked = incoming.params.get("message", "")
    told = {"message_id": int(asked) if asked.isdigit() else None, "external_id": sid, "at": at, "detail": code}
    occasion = f"twilio:{sid}:{status}"[:120]
    if status == "delivered":
        return [Returned(kind="delivered", occasion=occasion, **told)]
    if status in ("undelivered", "failed"):
        return [Returned(kind="bounced", occasion=occasion, hard=code in DEAD, **told)]
    return []


def signature(token: str, url: str, posted: Mapping[str, str]) -> str:
    """twilio.com/docs/usage/security: HMAC-SHA1 over the URL and the sorted POST parameters, base64."""
    said = url + "".join(f"{name}{posted[name]}" for name in sorted(posted))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()


def _posted(incoming: Incoming) -> dict[str, str]:
    from urllib.parse import parse_qsl

    return dict(parse_qsl(incoming.body.decode("utf-8", "replace"), keep_blank_values=True))


def _json(body: bytes) -> Mapping:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
