"""The short way in: a WSGI application for the tracking API that answers once a request is safely stored.

It stands before Django's middleware (config/wsgi.py). It finds the key, looks whether the body is JSON, hands it
to the inbox and says 200 {"success": true}. Everything else about an event is looked at later, by ingestion.
Every error is {"code", "message"}: some clients try again for ever when `code` is missing.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from regulars.core.clock import now_us
from regulars.core.failpoints import declare, failpoint
from regulars.events import inbox, keys, pixel, rate

declare("edge.before_answer")
log = logging.getLogger(__name__)

_KINDS = "identify|track|page|screen|group|alias|merge|batch|import|[itpsgab]"
ROUTE = re.compile(rf"/(?:v1/(?:{_KINDS})|beacon/v1/batch|api/s/(?:s2s/)?(?:{_KINDS}|event))/?$")
PIXEL = re.compile(r"/(?:v1/pixel|pixel/v1)/(identify|track|page|screen|group|alias)/?$")
SETTINGS = re.compile(r"/v1/projects/([^/]{1,64})/settings/?$")
METRICS = re.compile(r"/v1/m/?$")
PREFIXES = ("/v1/", "/beacon/v1/", "/pixel/v1/", "/api/s/")

TEXTS = {200: "200 OK", 204: "204 No Content", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
         404: "404 Not Found", 405: "405 Method Not Allowed", 413: "413 Content Too Large",
         429: "429 Too Many Requests", 503: "503 Service Unavailable"}  # fmt: skip
ANYONE = ("Access-Control-Allow-Origin", "*")
SUCCESS = b'{"success": true}'


class Answer(Exception):
    """Ends a request with an error."""

    def __init__(self, status: int, code: str, message: str, *headers: tuple[str, str]) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers
        self.body = json.dumps({"code": code, "message": message}).encode()


class Head(msgspec.Struct):
    """What is looked at before a request is stored."""

    writeKey: str = ""
    batch: list[msgspec.Raw] = []


decode_head = msgspec.json.Decoder(Head).decode


def is_ours(environ: Mapping[str, Any]) -> bool:
    """Whether this application answers the address."""
    return environ.get("PATH_INFO", "").startswith(PREFIXES)


def application(environ: dict[str, Any], start_response) -> Iterable[bytes]:
    """The WSGI door."""
    status, headers, body = 200, (), SUCCESS
    kind = "application/json"
    try:
        given = _answer(environ)
        if given is not None:
            status, kind, body, headers = given
    except Answer as answer:
        status, headers, body = answer.status, answer.headers, answer.body
    except Exception:
        log.exception("A request of the tracking API could not be stored")
        sorry = not_stored()
        status, headers, body = sorry.status, sorry.headers, sorry.body
    failpoint("edge.before_answer")
    start_response(TEXTS[status], [("Content-Type", kind), ("Content-Length", str(len(body))), ANYONE, *headers])
    return [body]


def _answer(environ: dict[str, Any]) -> tuple[int, str, bytes, tuple] | None:
    """None for the plain success."""
    path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return 204, "text/plain", b"", _preflight(environ)
    if method == "POST" and ROUTE.match(path):
        return _store(environ, path)
    if method in ("GET", "HEAD"):
        if found := PIXEL.match(path):
            return _pixel(environ, found[1])
        if found := SETTINGS.match(path):
            return 200, "application/json", _settings(found[1], environ), (("Cache-Control", "max-age=120"),)
    if METRICS.match(path):
        return None  # the browser client's counters about itself
    if ROUTE.match(path):
        raise Answer(405, "method_not_allowed", "Events are sent by POST.", ("Allow", "POST, OPTIONS"))
    raise Answer(404, "not_found", f"There is no {path[:80]} in the tracking API.")


def _store(environ: dict[str, Any], path: str) -> None:
    packed, body = body_of(environ)
    head = _head(body)
    known = _authorised(keys.in_headers(environ) or head.writeKey or keys.in_query(environ))
    _within_rate(known, max(1, len(head.batch)))
    _keep(known.source_id, path, body, packed)


def _keep(source_id: int, path: str, body: bytes, packed: bytes | None) -> None:
    try:
        inbox.append(source_id=source_id, path=path.rstrip("/"), body=body, at=now_us(), stored=packed)
    except inbox.NotStored:
        log.exception("A request could not be stored")
        raise not_stored() from None


def not_stored() -> Answer:
    return Answer(503, "not_stored", "The events could not be stored; send them again.", ("Retry-After", "2"))


def _authorised(key: str) -> keys.Known:
    if not key:
        raise Answer(401, "no_key", "Send the source's write key, as the user name of Basic authentication.")
    known = keys.source_of(key)
    if known is None:
        raise Answer(401, "unknown_key", "This write key is not known or was revoked; see Sources for the right one.")
    return known


def _within_rate(known: keys.Known, events: int) -> None:
    wait = rate.wait_for(known.source_id, events, known.events_per_second)
    if wait:
        message = f"More than {known.events_per_second:g} events a second; try again in {wait} s."
        raise Answer(429, "too_many", message, ("Retry-After", str(wait)), ("X-RateLimit-Reset", str(wait)))


def body_of(environ: dict[str, Any]) -> tuple[bytes | None, bytes]:
    """(the gzip stream, if it came as one; the body). The content type says nothing: clients send four."""
    limit = inbox.LARGEST_BODY
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > limit:
        raise _too_large()
    sent = environ["wsgi.input"].read(int(length) if length.isdigit() else limit + 1)
    if len(sent) > limit:
        raise _too_large()
    if length.isdigit() and len(sent) < int(length):
        raise Answer(400, "incomplete", "The body is shorter than its Content-Length.")
    if sent[:2] != b"\x1f\x8b":
        return None, sent
    return sent, _gunzipped(sent, limit)


def _gunzipped(sent: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(sent, limit + 1)
    except zlib.error:
        raise Answer(400, "bad_gzip", "The body is not a readable gzip stream.") from None
    if len(body) > limit:
        raise _too_large()
    if not unpacker.eof or unpacker.unused_data:
        raise Answer(400, "bad_gzip", "The gzip stream is cut off or has something after its end.")
    return body


def _too_large() -> Answer:
    most = inbox.LARGEST_BODY // 1024 // 1024
    return Answer(413, "too_large", f"A request may have {most} MB at most; send smaller batches.")


def _head(body: bytes) -> Head:
    """The key and the events. Raises 400 when the body is not a JSON object."""
    try:
        return decode_head(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _lenient_head(body)


def _lenient_head(body: bytes) -> Head:
    """What a strict decoder refuses may still be JSON with one bad event in it: that is for ingestion to say."""
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except RecursionError:
        raise Answer(400, "too_deep", "The body is nested too deeply.") from None
    except ValueError as why:
        raise Answer(400, "bad_json", f"The body is not JSON: {why}.") from None
    if not isinstance(found, dict):
        raise Answer(400, "not_an_object", "The body must be a JSON object.")
    key, batch = found.get("writeKey"), found.get("batch")
    return Head(key if isinstance(key, str) else "", batch if isinstance(batch, list) else [])


def _pixel(environ: dict[str, Any], kind: str) -> tuple[int, str, bytes, tuple]:
    """An image, whatever happens: a broken picture in somebody's mail helps nobody."""
    try:
        body = pixel.event_in(environ.get("QUERY_STRING", ""))
        key = keys.in_headers(environ) or body.get("writeKey") or keys.in_query(environ)
        known = _authorised(str(key))
        _within_rate(known, 1)
        _keep(known.source_id, f"/v1/{kind}", json.dumps(body).encode(), None)
    except Answer as answer:
        log.info("A pixel was not taken in: %s", answer)
    except Exception:
        log.exception("A pixel was not taken in")
    return 200, "image/gif", pixel.GIF, (("Cache-Control", "no-store"),)


def _settings(key: str, environ: Mapping[str, Any]) -> bytes:
    """What the browser client asks for first: send everything here, nowhere else."""
    _authorised(key)
    host = environ.get("HTTP_HOST", "")
    integration = {"apiKey": key, "type": "browser", "unbundledIntegrations": [], "addBundledMetadata": True}
    if re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,200}", host):
        integration["apiHost"] = f"{host}/v1"
        integration["protocol"] = environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme", "http"))
    plan = {"track": {"__default": {"enabled": True, "integrations": {}}}}
    return json.dumps(
        {"integrations": {"Segment.io": integration}, "plan": plan, "edgeFunction": {}, "middlewareSettings": {},
         "enabledMiddleware": {}, "metrics": {"sampleRate": 0}, "legacyVideoPluginsEnabled": False,
         "remotePlugins": []}
    ).encode()  # fmt: skip


def _preflight(environ: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
    allowed = asked if re.fullmatch(r"[A-Za-z0-9, -]{1,500}", asked) else "authorization, content-type, x-retry-count"
    return (
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", allowed),
        ("Access-Control-Max-Age", "86400"),
    )
