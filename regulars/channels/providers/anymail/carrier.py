"""Parcels to requests of a mail service: several at once, and what each answer means.

None of the services has an idempotency key that all share: when the line breaks after a request was sent, the outcome
is unknown, until the service reports about it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from regulars.channels.mail.addresses import BadAddress, address_of
from regulars.channels.mail.headers import one_line
from regulars.channels.providers import Outcome, Parcel, Way
from regulars.channels.providers.anymail.catalogue import backend_of
from regulars.core.clock import MINUTE, SECOND

OURS = "regulars"  # the name under which a report brings our message's number back


class ServiceCarrier:
    """One request per message, `requests` of them side by side; each thread keeps a connection of its own."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.pool = ThreadPoolExecutor(min(50, max(1, int(way.settings.get("requests") or 8))))
        self.own = threading.local()
        self.backends: list = []

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        """One outcome per parcel, in their order."""
        return list(self.pool.map(self._one, parcels))

    def close(self) -> None:
        """Wait for what is under way, and close every connection."""
        self.pool.shutdown()
        for backend in self.backends:
            backend.close()

    def _one(self, parcel: Parcel) -> Outcome:
        try:
            message = email_of(parcel)
            backend = self._backend()
        except BadAddress as bad:
            return Outcome(parcel.message_id, "failed", "5.1.3", str(bad), hard=True, blame="address")
        except ValueError as wrong:
            return Outcome(parcel.message_id, "retry", "", str(wrong), wait_us=5 * MINUTE, blame="server")
        try:
            backend.send_messages([message])
        except Exception as error:  # requests, JSON, Anymail's own: all of them end one message only
            return failed(parcel.message_id, error)
        return accepted(parcel.message_id, message.anymail_status)

    def _backend(self):
        if not hasattr(self.own, "backend"):
            self.own.backend = backend_of(self.way)
            self.own.backend.open()
            self.backends.append(self.own.backend)
        return self.own.backend


def email_of(parcel: Parcel):
    """The message as Django has it, with what Anymail passes on. The service signs it and takes its bounces."""
    from email.utils import formataddr

    from django.core.mail import EmailMultiAlternatives

    to, sender = address_of(parcel.to), _own(parcel.sender.address)
    message = EmailMultiAlternatives(one_line(parcel.subject), parcel.text)
    message.from_email = formataddr((one_line(parcel.sender.name), sender))
    message.to = [to.wire]
    message.reply_to = [_own(parcel.sender.reply_to)] if parcel.sender.reply_to else []
    if parcel.html:
        message.attach_alternative(parcel.html, "text/html")
    if parcel.unsubscribe_url:
        message.extra_headers = {
            "List-Unsubscribe": f"<{one_line(parcel.unsubscribe_url).replace(' ', '%20')}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message.metadata = {OURS: str(parcel.message_id)}
    return message


def _own(address: str) -> str:
    try:
        return address_of(address).wire
    except BadAddress as bad:
        raise ValueError(f"The sender is not set up well: {bad}") from None


def accepted(message_id: int, status) -> Outcome:
    """What the service said about the one recipient."""
    said = next(iter(status.recipients.values()), None) if status.recipients else None
    state, external = (said.status, said.message_id) if said else (None, status.message_id)
    if state in ("sent", "queued", None):
        return Outcome(message_id, "handed_off", "", state or "", str(external or "")[:120])
    hard = state == "invalid"
    reply = f"The service did not take it: {state}."
    return Outcome(
        message_id, "failed", "", reply, str(external or "")[:120], hard, blame="address" if hard else "message"
    )


def failed(message_id: int, error: Exception) -> Outcome:
    """What an error means: theirs, ours, or nobody knows."""
    from anymail.exceptions import AnymailRecipientsRefused
    from requests import ConnectTimeout, ReadTimeout

    reply = " ".join(str(error).split())[:300]
    code = getattr(error, "status_code", None) or 0
    if isinstance(error, AnymailRecipientsRefused):
        return Outcome(message_id, "failed", "", reply, hard=False, blame="address")
    if code in (401, 402, 403):
        return Outcome(message_id, "retry", str(code), reply, wait_us=5 * MINUTE, blame="server")
    if code == 429:
        return Outcome(message_id, "retry", str(code), reply, wait_us=10 * SECOND)
    if 400 <= code < 500:
        return Outcome(message_id, "failed", str(code), reply, blame="message")
    if code in (500, 503):
        return Outcome(message_id, "retry", str(code), reply, wait_us=MINUTE, blame="server")
    never_left = isinstance(error, ConnectTimeout) or (
        not code and not isinstance(error, ReadTimeout) and _refused(error)
    )
    state = "retry" if never_left else "unknown"
    return Outcome(message_id, state, str(code or ""), reply, wait_us=MINUTE if never_left else 0, blame="server")


def _refused(error: BaseException | None) -> bool:
    """Whether no connection came about, or the request could not even be made."""
    from anymail.exceptions import AnymailSerializationError, AnymailUnsupportedFeature
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, AnymailUnsupportedFeature | AnymailSerializationError):
        return True
    while error is not None:
        inner = [error, *error.args, getattr(error.args[0], "reason", None) if error.args else None]
        if any(isinstance(one, NewConnectionError) for one in inner):
            return True
        error = error.__cause__ or error.__context__
    return False
