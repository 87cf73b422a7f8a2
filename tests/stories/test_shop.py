"""A shop is connected: its webhooks come through the real server, one is lost, one is forged, one only names what it
brings; an hour later everything is there, once."""

import http.client
import json

import pytest

from regulars.core.clock import HOUR, MINUTE, SECOND, now_us
from regulars.events.tests import apart
from tests.sources import apis, senders

pytestmark = pytest.mark.anydb
CHILD = ("-m", "tests.sources.served")


def post(port: int, token: str, body: bytes, headers: dict[str, str]) -> int:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    server.request("POST", f"/webhooks/{token}", body, {"Content-Type": "application/json", **headers})
    return server.getresponse().status


def until(house, wanted: dict) -> dict:
    """The report, once it says this; each look takes a second or two."""
    for _ in range(40):
        done = house.run(*CHILD, "report", REGULARS_PRIVATE_OUTSIDE="1")
        found = json.loads(done.stdout or "{}")
        if found and wanted.items() <= found.items():
            return found
    raise AssertionError(f"never came to {wanted}: {found}")


def test_a_shop_is_connected_and_nothing_of_it_is_lost_or_counted_twice(tmp_path, django_db_setup):
    at = now_us() // SECOND * SECOND - HOUR
    bought = senders.woocommerce_order(at)
    returned = senders.woocommerce_order(at, version=at + MINUTE, refunds=[{"id": 9, "total": "-6.45"}])
    back = {"id": 9, "amount": "6.45", "date_created_gmt": senders.gmt(at + MINUTE),
            "line_items": [{"product_id": 93, "quantity": -1, "total": "-6.00", "total_tax": "-0.45"}]}  # fmt: skip
    lost = senders.woocommerce_order(at + MINUTE, id=728)
    house = apart.fresh(tmp_path / "home")
    house.env["REGULARS_PRIVATE_OUTSIDE"] = "1"
    with apis.served(apis.woocommerce({"orders": [returned, lost]}, {727: [back]})) as api:
        token, secret = house.run(*CHILD, "connect", api.address).stdout.split()
        port = apart.free_port()
        server = house.start("-m", "regulars", "serve", "--port", str(port))
        try:
            apart.wait_for_port(port, server, limit=120)
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            assert post(port, token, b"webhook_id=3", form) == 200
            assert post(port, token, *senders.woocommerce(bought, "order.created", secret="guessed")) == 401
            for _ in range(2):
                assert post(port, token, *senders.woocommerce(returned, "order.updated", secret=secret)) == 200
                assert post(port, token, *senders.woocommerce(bought, "order.created", secret=secret)) == 200
            found = until(house, {"orders": [["727", 2935, 645]], "refunds": 1, "wanted": 0})
            assert (found["pinged"], found["refused"]) == (True, 1)
            assert house.run(*CHILD, "ask").returncode == 0
            everything = [["727", 2935, 645], ["728", 2935, 0]]
            found = until(house, {"orders": everything, "asked": True, "spent": [2290 + 2935]})
            assert (found["found"], found["refunds"], found["failure"]) == (1, 1, "")
        finally:
            server.terminate()
            server.wait(timeout=60)
