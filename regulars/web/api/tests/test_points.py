"""Points over the API: once per key, with the true balance when there are not enough."""

import pytest

from regulars.core import clock
from regulars.loyalty.models import Programme


@pytest.fixture
def programme(business, at):
    return Programme.objects.create(
        name="Club", starts_us=0, return_days=14, expiry_months=12, created_us=at, created_by="user:1"
    )


@pytest.fixture
def post(ask, programme, anna):
    """post("earn", 5, key="k") -> answer."""

    def send(what: str, amount: int | None = None, *, key="k1", role="owner", **more):
        body = ({"person": anna, "amount": amount} if amount else {}) | more
        return ask("POST", f"/points/{what}", role=role, json=body, headers={"Idempotency-Key": key})

    return send


def balance(ask, anna):
    told = ask("GET", f"/points/{anna}").json()
    return told["active"], told["pending"], told["held"], told["debt"]


def test_points_are_earned_and_spent_once_per_key(ask, post, anna):
    first, again = post("earn", 100), post("earn", 100)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json()["id"] == again.json()["id"] and (first.json()["new"], again.json()["new"]) == (True, False)
    spent = post("spend", 30)
    assert (spent.json()["after"], balance(ask, anna)) == (70, (70, 0, 0, 0))


def test_the_same_key_with_another_body_is_a_conflict(ask, post, anna):
    post("earn", 100)
    told = post("earn", 101)
    assert (told.status_code, told.json()["code"]) == (409, "conflict")
    assert balance(ask, anna)[0] == 100


def test_not_enough_says_what_can_be_spent(post):
    post("earn", 100)
    told = post("spend", 101)
    assert told.status_code == 409
    assert told.json() == {
        "code": "not_enough",
        "message": "101 points are wanted, but only 100 can be spent.",
        "active": 100,
    }


def test_points_for_an_order_wait_for_the_days_of_return(ask, post, anna):
    post("earn", 100, order="A-17")
    assert balance(ask, anna) == (0, 100, 0, 0)
    line = ask("GET", f"/points/{anna}/history").json()["items"][0]
    assert (line["words"], line["pending"], line["active"], line["origin"]) == ("Earned", 100, 0, "order:A-17")
    assert line["expires_us"] > clock.now_us() + 300 * clock.DAY


def test_hold_capture_and_give_back(ask, post, anna):
    post("earn", 100)
    hold = post("hold", 60).json()["id"]
    assert balance(ask, anna) == (40, 0, 60, 0)
    captured = ask("POST", f"/points/holds/{hold}/capture", json={"amount": 50})
    again = ask("POST", f"/points/holds/{hold}/capture", json={"amount": 50})
    assert captured.json()["id"] == again.json()["id"] and balance(ask, anna) == (50, 0, 0, 0)
    back = post(f"spent/{captured.json()['id']}/give_back", key="b1", grace_days=3)
    assert (back.status_code, back.json()["amount"], balance(ask, anna)) == (201, 50, (100, 0, 0, 0))
    told = ask("POST", f"/points/holds/{hold}/release")
    assert (told.status_code, told.json()["code"], told.json()["active"]) == (409, "hold_ended", 100)


def test_what_cannot_be_is_said_in_sentences(ask, post, anna):
    assert post("spend", 5, role="analyst").status_code == 403
    assert post("earn", 5, person=10**12).status_code == 404
    assert ask("POST", "/points/earn", json={"person": anna, "amount": 5}).status_code == 422
    assert "no spending" in post("spent/5/give_back").json()["message"]
    assert ask("POST", "/points/holds/7/capture", json={}).json()["message"] == "There is no hold with the number 7."


def test_without_a_programme_there_are_no_points(ask, anna):
    told = ask("GET", f"/points/{anna}")
    assert (told.status_code, told.json()["code"]) == (404, "no_programme")


def test_history_in_pages(ask, post, anna):
    for n in range(3):
        post("earn", 10 + n, key=f"k{n}")
    first = ask("GET", f"/points/{anna}/history", limit=2).json()
    rest = ask("GET", f"/points/{anna}/history", limit=2, after=first["after"]).json()
    assert [line["amount"] for line in first["items"] + rest["items"]] == [12, 11, 10] and rest["after"] is None
