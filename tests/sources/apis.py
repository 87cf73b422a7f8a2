"""The APIs of shops on loopback: objects by time of change, page by page, as documented; and a shop in trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any, dict[str, str]]
SIZE = 2  # objects on a page: small, so that there are pages


class Api:
    """Answers by `route(method, path, query, body)`; `trouble` is answered first, one after the other."""

    def __init__(self, route: Callable[..., Answer]) -> None:
        self.route, self.trouble, self.asked = route, [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                parts = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                api.asked.append((self.command, parts.path, query, raw, dict(self.headers)))
                if api.trouble:
                    status, said, headers = api.trouble.pop(0)
                else:
                    body = json.loads(raw) if raw[:1] == b"{" else parse_qs(raw.decode())
                    status, said, headers = api.route(self.command, parts.path, query, body)
                answer = json.dumps(said).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = _any

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        return Handler


@contextmanager
def served(route: Callable[..., Answer]) -> Iterator[Api]:
    api = Api(route)
    thread = threading.Thread(target=api.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.server.shutdown()
        api.server.server_close()
        thread.join()


def _us(text: str) -> int:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((found if found.tzinfo else datetime.fromisoformat(text + "+00:00")).timestamp() * 10**6)


def shopify(objects: dict[str, list[dict[str, Any]]], address: Callable[[], str]) -> Callable[..., Answer]:
    """orders.json and its siblings, pages by Link."""

    def route(method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        name = path.rpartition("/")[2].removesuffix(".json")
        if method == "POST":
            return 201, {"webhook": {"id": 1}}, {}
        if name not in objects:
            found = next((one for one in objects["orders"] if str(one["id"]) == name), None)
            return (200, {"order": found}, {}) if found else (404, {"errors": "Not Found"}, {})
        if "page_info" in query:
            since, until, start = query["page_info"].split("|")
        else:
            since, until, start = query.get("updated_at_min", ""), query["updated_at_max"], "0"
        fits = [one for one in objects[name] if _within(one["updated_at"], since, until)]
        fits.sort(key=lambda one: one["updated_at"])
        first = int(start)
        more = first + SIZE < len(fits)
        link = f'<{address()}{path}?limit=2&page_info={since}|{until}|{first + SIZE}>; rel="next"'
        return 200, {name: fits[first : first + SIZE]}, {"Link": link} if more else {}

    return route


def _within(changed: str, since: str, until: str) -> bool:
    at = _us(changed)
    return (not since or at >= _us(since)) and at <= _us(until)


def woocommerce(objects: dict[str, list[dict[str, Any]]], refunds: dict[int, list]) -> Callable[..., Answer]:
    """wc/v3: pages by number; refunds of an order by address."""

    def route(method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        parts = path.split("/wp-json/wc/v3/")[1].split("/")
        if parts[0] == "webhooks":
            return (200, [], {}) if method == "GET" else (201, {"id": 1}, {})
        if len(parts) == 3:
            return 200, refunds.get(int(parts[1]), []), {}
        if len(parts) == 2:
            found = next((one for one in objects["orders"] if str(one["id"]) == parts[1]), None)
            return (200, found, {}) if found else (404, {"code": "woocommerce_rest_shop_order_invalid_id"}, {})
        since, until = query.get("modified_after", ""), query.get("modified_before", "2100-01-01T00:00:00Z")
        fits = [one for one in objects.get(parts[0], []) if _within(one["date_modified_gmt"] + "Z", since, until)]
        first = (int(query["page"]) - 1) * int(query["per_page"])
        return 200, fits[first : first + int(query["per_page"])], {}

    return route


def square(orders: dict[str, dict], payments: dict[str, dict], refunds: dict[str, dict]) -> Callable[..., Answer]:
    """v2: payments and refunds by time, orders by search and by id."""

    def listed(name: str, found: list[dict], query: dict[str, str]) -> Answer:
        fits = [
            one
            for one in found
            if _within(one["updated_at"], query.get("updated_at_begin_time", ""), query["updated_at_end_time"])
        ]
        first = int(query.get("cursor", 0))
        cursor = {"cursor": str(first + SIZE)} if first + SIZE < len(fits) else {}
        return 200, {name: fits[first : first + SIZE], **cursor}, {}

    def route(method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        parts = path.removeprefix("/v2/").split("/")
        match parts:
            case ["payments"]:
                return listed("payments", list(payments.values()), query)
            case ["refunds"]:
                return listed("refunds", list(refunds.values()), query)
            case ["locations"]:
                return 200, {"locations": [{"id": "L1"}]}, {}
            case ["orders", "batch-retrieve"]:
                return 200, {"orders": [orders[one] for one in body["order_ids"] if one in orders]}, {}
            case ["orders", "search"]:
                span = body["query"]["filter"]["date_time_filter"]["updated_at"]
                fits = [o for o in orders.values() if _within(o["updated_at"], span["start_at"], span["end_at"])]
                return 200, {"orders": fits}, {}
            case ["webhooks", "subscriptions"]:
                return 200, {"subscription": {"id": "s", "signature_key": "new-key"}}, {}
            case ["orders" | "payments" | "refunds" as name, key]:
                found = {"orders": orders, "payments": payments, "refunds": refunds}[name].get(key)
                return (200, {name[:-1]: found}, {}) if found else (404, {"errors": []}, {})
        return 200, {}, {}

    return route


def stripe(events: list[dict[str, Any]], objects: dict[str, list[dict[str, Any]]]) -> Callable[..., Answer]:
    """v1: lists, newest first, pages by starting_after."""

    def route(method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        name = path.rpartition("/")[2]
        if name == "webhook_endpoints":
            return 200, {"id": "we_1", "secret": "whsec_made"}, {}
        found = events if name == "events" else objects.get(name, [])
        least, most = int(query.get("created[gte]", 0)), int(query["created[lte]"])
        fits = sorted(
            (one for one in found if least <= one["created"] <= most), key=lambda o: (-o["created"], o["id"])
        )
        if after := query.get("starting_after"):
            fits = fits[[one["id"] for one in fits].index(after) + 1 :]
        return 200, {"data": fits[:SIZE], "has_more": len(fits) > SIZE}, {}

    return route
