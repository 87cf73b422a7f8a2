"""A Bluesky server of few words: sessions, records, notifications, posts, people. Its answers have the keys and codes
of the real one's (tests/bluesky/test_fake.py compares them)."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any

from regulars.channels.tests.networks.loopback import Answer, Asked, Net

US, ANNA = "did:plc:northgate", "did:plc:anna"
WHEN = "2026-09-21T14:13:20.000Z"
CID = "bafyreidtp4gwyvtzbfymwmnqdsbxyzsvqsxtbqzmbj5ehnvqgtlrkkbtyq"
JSON = {"Content-Type": "application/json"}
GONE = Answer({"error": "RecordNotFound", "message": "Could not locate record"}, 400, JSON)
ENDED = Answer({"error": "ExpiredToken", "message": "Token has expired"}, 400, JSON)
BROKEN = Answer("upstream", 502)


def slow(seconds: int) -> Answer:
    """Too many requests: the limit is lifted then, by the server's clock (its Date header)."""
    reset = {
        "ratelimit-limit": "3000",
        "ratelimit-remaining": "0",
        "ratelimit-reset": str(int(time.time()) + seconds),
    }
    return Answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, {**JSON, **reset})


def jwt(until: int = 4_000_000_000, number: int = 0) -> str:
    """A token that ends then (seconds since 1970)."""
    told = {"scope": "com.atproto.appPass", "sub": US, "iat": 1, "exp": until, "jti": str(number)}
    parts = ({"typ": "at+jwt", "alg": "HS256"}, told)
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + ".eA"


@dataclass
class Server:
    """What it holds. `password`: the one it accepts. Each refresh token works once."""

    net: Net
    password: str = "abcd-abcd-abcd-abcd"
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    sessions: int = 0
    refresh: str = ""
    cut: int = 0  # so many creations are done, and their answers are lost

    def session(self) -> dict[str, Any]:
        self.sessions += 1
        self.refresh = jwt(number=self.sessions)
        return {"did": US, "handle": "northgate.test", "accessJwt": jwt(), "refreshJwt": self.refresh, "active": True}

    def mention(self, number: int, text: str = "Hello @northgate.test", **more: Any) -> dict[str, Any]:
        """Somebody names us."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": WHEN, **more.pop("record", {})}
        one = {
            "uri": f"at://{ANNA}/app.bsky.feed.post/3k{number:011}", "cid": CID, "reason": "mention", "isRead": False,
            "author": {"did": ANNA, "handle": "anna.test", "displayName": "Anna"}, "record": record,
            "indexedAt": WHEN, "labels": [], **more,
        }  # fmt: skip
        self.notifications.insert(0, one)
        return one


def serve(net: Net) -> Server:
    """Declare its routes on a network of the test."""
    here = Server(net)
    _sessions(here)
    _repository(here)
    _index(here)
    return here


def _on(here: Server, method: str, name: str):
    def declare(route):
        here.net.on(method, f"/xrpc/{name}")(lambda asked: _json(route(asked)))

    return declare


def _sessions(here: Server) -> None:
    @_on(here, "POST", "com.atproto.server.createSession")
    def create(asked: Asked) -> Any:
        if asked.said["password"] != here.password:
            return Answer({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401, JSON)
        return here.session()

    @_on(here, "POST", "com.atproto.server.refreshSession")
    def refresh(asked: Asked) -> Any:
        good = asked.headers["authorization"] == f"Bearer {here.refresh}"
        return here.session() if good else ENDED


def _repository(here: Server) -> None:
    @_on(here, "POST", "com.atproto.repo.createRecord")
    def record(asked: Asked) -> Any:
        uri = f"at://{US}/{asked.said['collection']}/{asked.said['rkey']}"
        if uri in here.records:
            return Answer({"error": "InternalServerError", "message": "Internal Server Error"}, 500, JSON)
        here.records[uri] = asked.said["record"]
        if here.cut:
            here.cut -= 1
            here.net.take_and_cut.append("POST")
        return {"uri": uri, "cid": CID, "commit": {"cid": CID, "rev": "3k"}, "validationStatus": "valid"}

    @_on(here, "GET", "com.atproto.repo.getRecord")
    def get(asked: Asked) -> Any:
        uri = f"at://{asked.params['repo']}/{asked.params['collection']}/{asked.params['rkey']}"
        return {"uri": uri, "cid": CID, "value": here.records[uri]} if uri in here.records else GONE

    @_on(here, "POST", "com.atproto.repo.deleteRecord")
    def delete(asked: Asked) -> Any:
        here.records.pop(f"at://{asked.said['repo']}/{asked.said['collection']}/{asked.said['rkey']}", None)
        return {"commit": {"cid": CID, "rev": "3k"}}

    @_on(here, "GET", "com.atproto.repo.listRecords")
    def listed(asked: Asked) -> Any:
        return {"records": [{"uri": uri, "cid": CID, "value": value} for uri, value in here.records.items()]}


def _index(here: Server) -> None:
    @_on(here, "GET", "app.bsky.notification.listNotifications")
    def notifications(asked: Asked) -> Any:
        start, size = int(asked.params.get("cursor", 0)), int(asked.params["limit"])
        page = here.notifications[start : start + size]
        more = {"cursor": str(start + size)} if start + size < len(here.notifications) else {}
        return {"notifications": page, "priority": False, "seenAt": WHEN, **more}

    @_on(here, "GET", "app.bsky.feed.getPosts")
    def posts(asked: Asked) -> Any:
        wanted = asked.params["uris"]
        wanted = [wanted] if isinstance(wanted, str) else wanted
        counts = {"likeCount": 1, "repostCount": 0, "replyCount": 0, "quoteCount": 0}
        known = {one["uri"]: one for one in here.notifications}
        return {"posts": [{**known[uri], **counts} for uri in wanted if uri in known]}

    @_on(here, "GET", "app.bsky.actor.getProfiles")
    def people(asked: Asked) -> Any:
        return {"profiles": [{"did": ANNA, "handle": "anna.test", "displayName": "Anna", "followersCount": 12}]}


def _json(found: Any) -> Any:
    return found if isinstance(found, Answer) else Answer(found, 200, JSON)
