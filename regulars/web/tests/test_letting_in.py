"""Being let into an account: what was entered waits, only our own question is answered, a GET connects nothing."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from regulars.channels.networks.models import Account
from regulars.channels.networks.renewing import Tokens, stored_secrets
from regulars.channels.providers import google, x
from regulars.channels.providers.google import line
from regulars.channels.tests.networks.loopback import Answer, Net, serving
from regulars.team.models import User

PLACE = "accounts/12/locations/34"
GIVEN = {"n_location": PLACE, "n_client_id": "c", "n_client_secret": "s", "reads": "on", "writes": "on"}


@pytest.fixture
def net(monkeypatch):
    """Google on loopback: one code is good, for one proof."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with serving(Net()) as net:
        tokens = Tokens("Google", f"{net.base}/token")
        monkeypatch.setattr(line, "API", net.base)
        monkeypatch.setattr(line, "TOKENS", tokens)
        monkeypatch.setattr(google, "LETS_IN", type(google.LETS_IN)("https://g.example/auth", tokens, ("reviews",)))
        net.on("POST", "/token")(_token)
        net.on("GET", f"/{PLACE}/reviews")(lambda asked: {"reviews": []})
        yield net


def _token(asked):
    if asked.said.get("grant_type") == "refresh_token":
        return {"access_token": "a", "expires_in": 3600}
    good = asked.said["code"] == "good" and len(asked.said["code_verifier"]) > 40
    return {"access_token": "a", "refresh_token": "r", "expires_in": 3600} if good else Answer(
        {"error": "invalid_grant"}, 400)  # fmt: skip


@pytest.fixture
def owner(client, business):
    client.force_login(User.objects.create_user("o@example.com", "three random words", name="Olive", role="owner"))
    return client


def begin(owner) -> dict[str, str]:
    page = owner.post(reverse("web:account_new", args=["google"]), GIVEN).content.decode()
    url = re.search(r'href="(https://g\.example[^"]+)"', page)[1].replace("&amp;", "&")
    return {name: found[0] for name, found in parse_qs(urlsplit(url).query).items()}


def come_back(owner, **more):
    return owner.post(reverse("web:account_let_in"), more, follow=True)


def test_somebody_lets_us_in_and_the_account_is_connected_by_a_click(owner, net):
    asked = begin(owner)
    assert (asked["client_id"], asked["code_challenge_method"], asked["scope"]) == ("c", "S256", "reviews")
    shown = owner.get(reverse("web:account_let_in"), {"code": "good", "state": asked["state"]})
    assert "One more click" in shown.content.decode() and not Account.objects.exists()
    come_back(owner, code="good", state=asked["state"])
    made = Account.objects.get()
    assert (made.kind, made.external, stored_secrets(made.id)["refresh"]) == ("google", PLACE, "r")
    assert "letting-in" not in owner.session


@pytest.mark.parametrize("said", [{"code": "good", "state": "guess"}, {"code": "good"}, {"error": "access_denied"}])
def test_an_answer_to_no_question_of_ours_connects_nothing(owner, net, said):
    begin(owner)
    come_back(owner, **said)
    assert not Account.objects.exists() and not net.asked


def test_a_refused_code_says_so_and_works_no_second_time(owner, net):
    asked = begin(owner)
    assert "invalid_grant" in come_back(owner, code="bad", state=asked["state"]).content.decode()
    come_back(owner, code="good", state=asked["state"])
    assert not Account.objects.exists()


def test_an_account_whose_key_ended_is_let_in_anew(owner, net):
    asked = begin(owner)
    come_back(owner, code="good", state=asked["state"])
    made = Account.objects.get()
    Account.objects.update(paused_us=1, paused_why="ended", failing_us=1)
    page = owner.post(reverse("web:account_let_in_again", args=[made.id])).content.decode()
    again = re.search(r"state=([\w-]+)", page)[1]
    come_back(owner, code="good", state=again)
    assert Account.objects.get().paused_us is None


def test_x_asks_for_a_key_that_lasts():
    assert "offline.access" in x.LETS_IN.scopes
