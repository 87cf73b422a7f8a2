"""A connected source of each kind, and its door."""

from __future__ import annotations

import io

import pytest

from regulars.events.tests.conftest import _forget as _forget_room


@pytest.fixture(autouse=True)
def _fresh_room():
    from regulars.events.sources import accounts, door

    _forget_room()
    accounts._by_token, accounts._by_source = {}, {}
    accounts.forget()
    door._noted.clear()
    yield
    _forget_room()


VALUES = {
    "shopify": {"shop": "northgate", "signing": "app-secret", "api": "shpat_1"},
    "woocommerce": {"shop": "http://127.0.0.1:1", "key": "ck_1", "api": "cs_1"},
    "square": {"signing": "square-key", "api": "token"},
    "stripe": {"signing": "whsec_1", "api": "sk_1", "store": "Web shop"},
    "webhook": {"header": "X-Signature", "form": "hex", "signing": "till-secret"},
}


@pytest.fixture
def connected(transactional_db, at):
    """connected("shopify") -> its Connection."""
    from regulars.events.sources.connections import connect

    def make(kind, **values):
        return connect(kind=kind, name=f"Our {kind}", values=VALUES[kind] | values, by="system", at=at)

    return make


@pytest.fixture
def post():
    """post(connection, body, headers) -> status. Through the WSGI door."""
    from regulars.events.sources import door

    def call(connection, body: bytes, headers=None, *, method="POST", token="", kind="application/json"):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/webhooks/{token or connection.token}",
            "QUERY_STRING": "",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": kind,
        }
        environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in (headers or {}).items()}
        got = []
        call.body = b"".join(door.application(environ, lambda status, head: got.append((status, dict(head)))))
        call.headers = got[0][1]
        return int(got[0][0][:3])

    return call


@pytest.fixture
def settle(at):
    """All that waits in the inbox becomes events, orders and customers."""
    from regulars.commerce import reactions
    from regulars.core.clock import MINUTE
    from regulars.events import consumers, ingest

    def run(now=at):
        worked = True
        while worked:
            worked = False
            for step in (ingest.step, consumers.step, reactions.count_customers):
                while step(now + MINUTE):
                    worked = True

    return run
