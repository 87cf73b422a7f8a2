"""What a mail service reports: read, and its signature checked, by Anymail; told in our words."""

from __future__ import annotations

import hashlib
import io
import warnings
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from regulars.channels.mail.codes import ENHANCED, meaning
from regulars.channels.providers import Forged, Incoming, Returned, Way, hook_path
from regulars.channels.providers.anymail.carrier import OURS
from regulars.channels.providers.anymail.catalogue import Service, service_of
from regulars.core.clock import to_us

KINDS = {
    "delivered": "delivered",
    "bounced": "bounced",
    "failed": "bounced",
    "rejected": "bounced",
    "deferred": "deferred",
    "complained": "complained",
    "unsubscribed": "unsubscribed",
    "autoresponded": "auto_reply",
}
DEAD = ("invalid", "bounced")


def webhook(incoming: Incoming, way: Way, *, at: int) -> list[Returned]:
    """News of the service. Raises Forged for a wrong signature, ValueError for what cannot be read.

    Opens and clicks are our own to count; a service's are left out.
    """
    from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure

    name, service = service_of(way)
    if not service.view:
        raise ValueError(f"{service.label} sends no reports.")
    view, request = _view(name, service, way), _request(incoming)
    try:
        view.run_validators(request)
        events = view.parse_events(request)
    except AnymailWebhookValidationFailure as forged:
        raise Forged(str(forged)) from None
    except (AnymailError, KeyError, TypeError, AttributeError, LookupError) as unreadable:
        raise ValueError(f"This is no report of {service.label}: {type(unreadable).__name__}.") from None
    return [news for event in events if (news := _news(name, event, at))]


def _view(name: str, service: Service, way: Way) -> Any:
    """Anymail's reader of this service's reports."""
    module = import_module(f"anymail.webhooks.{name}")
    given = {}
    if service.signing and way.secrets.get("signing"):
        given[service.signing] = way.secrets["signing"]
    if name == "mailgun" and "signing" not in way.secrets:
        given["api_key"] = way.secrets["key"]
    if name == "unisender_go":
        given["api_key"] = way.secrets["key"]
    if name == "mandrill":
        given["webhook_url"] = settings.PUBLIC_URL + hook_path(way.server_id)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # “insecure”: the secret in our path is what it misses
            return getattr(module, service.view)(**given)
    except Exception as wrong:  # a key of another form, a missing one
        raise ValueError(f"Reports of {service.label} need its signing key: {type(wrong).__name__}.") from None


def _request(incoming: Incoming) -> WSGIRequest:
    """The call as Django has it, which Anymail reads."""
    parts = urlsplit(incoming.url)
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "SERVER_NAME": "regulars",
        "SERVER_PORT": "443", "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(incoming.body),
        "CONTENT_LENGTH": str(len(incoming.body)), "CONTENT_TYPE": incoming.headers.get("content-type", ""),
    }  # fmt: skip
    for name, value in incoming.headers.items():
        environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
    return WSGIRequest(environ)


def _news(name: str, event: Any, at: int) -> Returned | None:
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    number = str((event.metadata or {}).get(OURS, ""))
    said = " ".join(str(event.mta_response or event.description or event.reject_reason or "").split())
    return Returned(
        kind=kind,
        occasion=_occasion(name, event),
        at=min(to_us(event.timestamp), at) if event.timestamp else at,
        message_id=int(number) if number.isdigit() and len(number) < 19 else None,
        external_id=str(event.message_id or "")[:120],
        address=str(event.recipient or "").lower(),
        hard=kind == "bounced" and _is_dead(event, said),
        detail=said[:300],
    )


def _is_dead(event: Any, said: str) -> bool:
    """Hard only when the service says the address is invalid, or what the other server said means so."""
    if event.event_type == "failed" or event.reject_reason not in DEAD:
        return False
    status = ENHANCED.search(said)
    if status and status[1] == "4":
        return False
    return event.reject_reason == "invalid" or meaning(said, code=550).hard


def _occasion(name: str, event: Any) -> str:
    """The same thing told twice is one occasion; some services number each telling anew."""
    what = (event.event_type, event.message_id, event.recipient, event.timestamp)
    parts = what if event.message_id and event.timestamp else (event.event_id, *what)
    return f"{name}:" + hashlib.sha256(repr(tuple(map(str, parts))).encode()).hexdigest()[:40]
