"""SMS by any gateway that takes an HTTP request: the address and the body are templates.

{to}, {from}, {text}, {id} and {report} (where delivery reports are to be sent) are filled in, escaped for the place
they stand in: for an address and a form by percent-encoding, for JSON as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, quote_plus

from django.conf import settings

from regulars.channels.providers import Field, Incoming, Outcome, Parcel, Returned, Way, hook_path
from regulars.channels.sms.replies import replied
from regulars.core import outside
from regulars.core.clock import MINUTE, SECOND

CHANNEL = "sms"
LABEL = "HTTP gateway"
FIELDS = (
    Field("url", "Address", required=True, help="For example https://sms.example.com/send?to={to}&text={text}"),
    Field("method", "Method", type="choice", default="POST", choices=(("POST", "POST"), ("GET", "GET"))),
    Field("body", "Body", help='For example to={to}&text={text}, or {"to": {to}, "text": {text}}. Empty for GET.'),
    Field("format", "Body is", type="choice", default="form", choices=(("form", "a form"), ("json", "JSON"))),
    Field("authorization", "Authorization header", type="password", help="For example Bearer abc."),
    Field("accepted", "Accepted when the answer matches", help="A regular expression; empty: any 2xx status."),
    Field("reference", "Its number in the answer", help="A regular expression whose first group is the number."),
    Field("report_id", "Reports: name of the number", default="id"),
    Field("report_status", "Reports: name of the status", default="status"),
    Field("report_delivered", "Reports: delivered when", default="delivered|delivrd|1"),
    Field(
        "report_failed", "Reports: failed when", default="failed|undelivered|undeliv|rejected|rejectd|expired|2|16"
    ),
    Field("reply_from", "Replies: name of the sender", default="from"),
    Field("reply_text", "Replies: name of the text", default="text"),
)
PLACE = re.compile(r"\{(to|from|text|id|report)\}")


def open(server: Way) -> Gateway:
    """A carrier for this gateway."""
    return Gateway(server)


def fill(template: str, values: dict[str, str], escape: Callable[[str], str]) -> str:
    """The template with each place filled in and escaped; what only looks like a place stays."""
    return PLACE.sub(lambda place: escape(values[place[1]]), template)


def _in_address(text: str) -> str:
    return quote(text, safe="")


class Gateway:
    """One request per message."""

    def __init__(self, server: Way) -> None:
        self.server, self.said = server, {field.name: field.default for field in FIELDS} | server.settings
        self.json = self.said["format"] == "json"
        kind = "application/json" if self.json else "application/x-www-form-urlencoded"
        self.headers = {"Content-Type": kind + "; charset=utf-8"}
        if key := server.secrets.get("authorization"):
            self.headers["Authorization"] = key

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        """Hand the messages over one by one."""
        return [self._one(parcel) for parcel in parcels]

    def close(self) -> None:
        """Nothing is kept open."""

    def _one(self, parcel: Parcel) -> Outcome:
        report = f"{settings.PUBLIC_URL}{hook_path(self.server.server_id)}?message={parcel.message_id}"
        values = {"to": parcel.to, "from": parcel.sender.address, "text": parcel.text, "id": str(parcel.message_id),
                  "report": report}  # fmt: skip
        url = fill(self.said["url"], values, _in_address)
        body = fill(self.said["body"], values, json.dumps if self.json else quote_plus)
        try:
            answer = outside.ask(
                url, method=self.said["method"], headers=self.headers, body=body.encode(), timeout=15
            )
        except outside.Unreachable as problem:
            state = "unknown" if problem.sent else "retry"
            return Outcome(parcel.message_id, state, reply=str(problem), blame="server")
        except outside.Refused as problem:
            return Outcome(parcel.message_id, "retry", reply=str(problem), blame="server", wait_us=MINUTE)
        return self._outcome(parcel.message_id, answer)

    def _outcome(self, message_id: int, answer: outside.Answer) -> Outcome:
        text, code = answer.body.decode("utf-8", "replace").strip()[:300], str(answer.status)
        if 200 <= answer.status < 300 and (not self.said["accepted"] or re.search(self.said["accepted"], text)):
            number = re.search(self.said["reference"], text) if self.said["reference"] else None
            reference = number[1] if number and number.groups() else ""
            return Outcome(message_id, "handed_off", code, text, external_id=reference[:120])
        if answer.status == 429 or answer.status >= 500:
            return Outcome(message_id, "retry", code, text, wait_us=10 * SECOND, blame="server")
        if answer.status in (401, 403, 404):
            return Outcome(message_id, "retry", code, text, wait_us=MINUTE, blame="server")
        return Outcome(message_id, "failed", code, text)


def webhook(incoming: Incoming, way: Way, *, at: int) -> list[Returned]:
    """Delivery reports and replies; which fields they use is told in the settings."""
    said = {field.name: field.default for field in FIELDS} | way.settings
    params = incoming.params | _json(incoming)
    if (text := params.get(said["reply_text"])) is not None and (sender := params.get(said["reply_from"])):
        reference = params.get(said["report_id"]) or f"{sender}:{at // MINUTE}:{text}"
        return [replied(kind=f"sms{way.server_id}", reference=reference, address=sender, text=text, at=at)]
    number, status = params.get(said["report_id"], ""), params.get(said["report_status"], "").strip().lower()
    ours = params.get("message", "")
    kind = _kind(status, said)
    if not kind or not (number or ours):
        return []
    occasion = f"sms{way.server_id}:{ours or number}:{status}"[:120]
    message = int(ours) if ours.isdigit() else None
    return [
        Returned(kind=kind, occasion=occasion, at=at, message_id=message, external_id=number, detail=status[:300])
    ]


def _kind(status: str, said: dict[str, str]) -> str:
    for kind, words in (("delivered", said["report_delivered"]), ("bounced", said["report_failed"])):
        if status and re.fullmatch(words, status, re.IGNORECASE):
            return kind
    return ""


def _json(incoming: Incoming) -> dict[str, str]:
    if "json" not in incoming.headers.get("content-type", ""):
        return {}
    said = json.loads(incoming.body)
    return {name: str(value) for name, value in said.items()} if isinstance(said, dict) else {}
