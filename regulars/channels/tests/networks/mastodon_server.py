"""A fake of the endpoints of Mastodon's API that we use; its fields are checked against the client's types."""

from __future__ import annotations

from typing import Any

from regulars.channels.tests.networks.loopback import Answer, Asked, Net
from regulars.core.clock import SECOND, from_us

HOST = "social.example"
TYPES = ["image/jpeg", "image/png", "video/mp4"]


class Mastodon:
    """Accounts and statuses in memory. `old`: a server before 4.3, which tells of one status at a time."""

    def __init__(self, net: Net, at: int) -> None:
        self.net, self.at, self.next = net, at, 1000
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.keys: dict[str, str] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.old = False
        self.us = self.account("northgate", "1")
        self._routes(net)

    def account(self, acct: str, identity: str = "") -> dict[str, Any]:
        name = acct.partition("@")[0]
        return {
            "id": identity or str(100 + len(acct)), "username": name, "acct": acct, "display_name": name.title(),
            "locked": False, "bot": False, "url": f"https://{HOST}/@{acct}", "followers_count": 12,
            "following_count": 3, "statuses_count": 7, "note": "<p></p>", "avatar": f"https://{HOST}/a.png",
            "avatar_static": f"https://{HOST}/a.png", "header": "", "header_static": "", "emojis": [], "fields": [],
            "created_at": "2024-01-01T00:00:00.000Z", "last_status_at": "2026-09-20", "discoverable": True,
            "group": False,
        }  # fmt: skip

    def status(self, account: dict, html: str, *, to: str = "", visibility: str = "public", **more: Any) -> dict:
        self.next += 1
        identity = str(self.next)
        made = {
            "id": identity, "created_at": from_us(self.at + self.next * SECOND).isoformat().replace("+00:00", "Z"),
            "in_reply_to_id": to or None, "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "",
            "visibility": visibility, "language": "en", "uri": f"https://{HOST}/s/{identity}",
            "url": f"https://{HOST}/@{account['acct']}/{identity}", "replies_count": 1, "reblogs_count": 2,
            "favourites_count": 3, "edited_at": None, "content": html, "reblog": None, "application": None,
            "account": account, "media_attachments": [], "mentions": [], "tags": [], "emojis": [], "card": None,
            "poll": None, "favourited": False, "reblogged": False, "muted": False, "bookmarked": False, **more,
        }  # fmt: skip
        self.statuses[identity] = made
        return made

    def mention(self, account: dict, html: str, **more: Any) -> dict:
        made = self.status(account, html, **more)
        self.next += 1
        self.notifications.append({"id": str(self.next), "type": "mention", "created_at": made["created_at"],
                                   "account": account, "status": made})  # fmt: skip
        return made

    def ours(self) -> list[dict]:
        return [one for one in self.statuses.values() if one["account"]["id"] == "1"]

    def _page(self, asked: Asked, found: list[dict]) -> list[dict]:
        """min_id: what comes right after it; max_id: what comes before; newest first (Mastodon's own paging)."""
        least, most, limit = (
            asked.params.get("min_id"),
            asked.params.get("max_id"),
            int(asked.params.get("limit", 20)),
        )
        kept = sorted(found, key=lambda one: int(one["id"]))
        kept = [one for one in kept if not least or int(one["id"]) > int(least)]
        kept = [one for one in kept if not most or int(one["id"]) < int(most)]
        return list(reversed(kept[:limit] if least else kept[-limit:]))

    def _routes(self, net: Net) -> None:  # noqa: C901 - a list of routes
        on = net.on

        @on("GET", "/api/v1/accounts/verify_credentials")
        def verify(asked: Asked) -> Any:
            good = asked.headers.get("authorization") == "Bearer good"
            return self.us if good else Answer({"error": "The access token is invalid"}, 401)

        @on("GET", "/api/v2/instance/?")
        def instance(asked: Asked) -> Any:
            media = {"supported_mime_types": TYPES, "image_size_limit": 8_000_000, "video_size_limit": 40_000_000}
            statuses = {"max_characters": 1000, "max_media_attachments": 6, "characters_reserved_per_url": 23}
            return {"domain": HOST, "version": "unrankable-fork", "configuration": {"statuses": statuses,
                    "media_attachments": media}}  # fmt: skip

        @on("GET", "/api/v1/notifications")
        def notifications(asked: Asked) -> Any:
            return self._page(asked, self.notifications)

        @on("GET", r"/api/v1/accounts/1/statuses")
        def own(asked: Asked) -> Any:
            return self._page(asked, self.ours())

        @on("GET", r"/api/v1/statuses")
        def several(asked: Asked) -> Any:
            ids = asked.params.get("id[]", [])
            ids = [ids] if isinstance(ids, str) else ids
            return Answer({}, 404) if self.old else [self.statuses[one] for one in ids if one in self.statuses]

        @on("GET", r"/api/v1/statuses/(\d+)")
        def one(asked: Asked, identity: str) -> Any:
            return self.statuses.get(identity) or Answer({"error": "Record not found"}, 404)

        @on("GET", r"/api/v1/statuses/(\d+)/context")
        def context(asked: Asked, identity: str) -> Any:
            above, now = [], self.statuses.get(identity)
            while now and now["in_reply_to_id"]:
                now = self.statuses.get(now["in_reply_to_id"])
                above += [now] if now else []
            return {"ancestors": above[::-1], "descendants": []}

        @on("POST", "/api/v1/statuses")
        def post(asked: Asked) -> Any:
            key, form = asked.headers.get("idempotency-key", ""), asked.said
            if key in self.keys:
                return self.statuses[self.keys[key]]
            if len(form["status"]) > 1000:
                return Answer({"error": "Validation failed: Text character limit of 1000 exceeded"}, 422)
            made = self.status(self.us, f"<p>{form['status']}</p>", to=form.get("in_reply_to_id", ""),
                               visibility=form.get("visibility", "public"))  # fmt: skip
            ids = form.get("media_ids[]", [])
            made["media_attachments"] = [self.media[one] for one in ([ids] if isinstance(ids, str) else ids)]
            self.keys[key] = made["id"]
            return made

        @on("PUT", r"/api/v1/statuses/(\d+)")
        def edit(asked: Asked, identity: str) -> Any:
            form = asked.said
            self.statuses[identity] |= {"content": f"<p>{form['status']}</p>", "edited_at": "2026-09-22T00:00:00Z"}
            ids = form.get("media_ids[]") or form.get("media_ids") or []
            kept = [self.media[one] for one in ([ids] if isinstance(ids, str) else ids)]
            self.statuses[identity]["media_attachments"] = kept
            return self.statuses[identity]

        @on("DELETE", r"/api/v1/statuses/(\d+)")
        def delete(asked: Asked, identity: str) -> Any:
            return self.statuses.pop(identity, None) or Answer({"error": "Record not found"}, 404)

        @on("POST", "/api/v2/media")
        def media(asked: Asked) -> Any:
            identity = str(len(self.media) + 1)
            said = asked.said["description"].decode()
            self.media[identity] = {"id": identity, "type": "image", "url": f"https://{HOST}/m{identity}.png",
                                    "preview_url": "", "remote_url": None, "text_url": "", "meta": {},
                                    "description": said, "blurhash": ""}  # fmt: skip
            return self.media[identity]

        @on("GET", "/api/v2/search")
        def search(asked: Asked) -> Any:
            words = asked.params["q"].casefold()
            found = [one for one in self.statuses.values() if words in one["content"].casefold()]
            return {"accounts": [], "hashtags": [], "statuses": self._page(asked, found)}

        @on("GET", r"/api/v1/timelines/tag/(\w+)")
        def tag(asked: Asked, name: str) -> Any:
            found = [one for one in self.statuses.values() if f"#{name}" in one["content"]]
            return self._page(asked, found)
