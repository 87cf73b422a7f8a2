"""Unsubscribing and choosing: a GET changes nothing, a POST counts at once, and only for who the message went to."""

import pytest

from regulars.channels import links
from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.models import Feedback, Message, Topic
from regulars.people.actions import ConsentSaid, Sighting, merge_people, record_sightings
from regulars.people.models import Consent, Node
from regulars.people.queries import consent_state

pytestmark = pytest.mark.django_db


def somebody(email, at, *said, namespace="shop") -> int:
    consents = tuple(ConsentSaid("email", state, purpose, email) for purpose, state in said)
    sighting = Sighting(namespace, (("user", email),), (("email", email),), {"email": email}, consents, at)
    node = record_sightings(sightings=[sighting], source_id=0, at=at)[0]
    return Node.objects.get(id=node).person_id


@pytest.fixture
def message(business, at) -> Message:
    """Anna agreed to marketing and soccer, and got a message about soccer."""
    Topic.objects.create(key="soccer", name="Soccer")
    Topic.objects.create(key="running", name="Running")
    anna = somebody("anna@example.org", at, ("marketing", "granted"), ("soccer", "granted"))
    campaign = ensure_campaign(origin="broadcast:1", name="Cup", topic="soccer", at=at)
    plan(campaign_id=campaign.id, items=[Planned(key="b:1:1", person_id=anna, due_us=at)], at=at)
    Message.objects.update(address="anna@example.org", handed_us=at, state=3)
    return Message.objects.get()


def states(message) -> dict:
    return consent_state([message.node_id])[message.node_id]


def path(url: str) -> str:
    return url[url.index("/", 8) :]


def test_a_get_unsubscribes_nobody(client, message):
    for _scanner in range(3):
        assert client.get(path(links.unsubscribe_url(message.id))).status_code == 200
        assert client.head(path(links.unsubscribe_url(message.id))).status_code == 200
    assert states(message) == {("marketing", "email"): "granted", ("soccer", "email"): "granted"}


def test_one_click_of_the_mail_program_stops_the_topic(client, message):
    answer = client.post(path(links.unsubscribe_url(message.id)), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert states(message) == {("marketing", "email"): "granted", ("soccer", "email"): "withdrawn"}
    assert Feedback.objects.get(kind="unsubscribed").message_id == message.id


def test_unsubscribing_twice_is_unsubscribing_once(client, message):
    for _again in range(2):
        client.post(path(links.unsubscribe_url(message.id)), {"List-Unsubscribe": "One-Click"})
    assert Consent.objects.filter(state="withdrawn").count() == 1
    assert Feedback.objects.filter(kind="unsubscribed").count() == 1


def test_everything_stops_all_news_and_offers(client, message):
    client.post(path(links.unsubscribe_url(message.id)), {"what": "everything"})
    assert states(message)["marketing", "email"] == "withdrawn"
    entry = Consent.objects.get(state="withdrawn")
    assert entry.evidence["page"] == "unsubscribe page" and entry.evidence["message"] == message.id


@pytest.mark.parametrize("token", ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_made_up_token_changes_nothing(client, message, token):
    assert client.post(f"/u/{token}").status_code == 404
    assert states(message)["soccer", "email"] == "granted"


def sign_in(client, message) -> None:
    client.post(path(links.preferences_url(message.id)))
    url = Message.objects.get(key__contains=":sign-in:").context["sign_in_url"]
    client.get(path(url))
    assert client.post(path(url)).status_code == 302


def test_the_link_goes_to_the_address_of_the_message_and_the_page_hides_it(client, message):
    shown = client.get(path(links.preferences_url(message.id))).content.decode()
    assert "anna@example.org" not in shown and "a…a@example.org" in shown
    client.post(path(links.preferences_url(message.id)), {"address": "eve@example.org"})
    assert Message.objects.get(key__contains=":sign-in:").address == "anna@example.org"


def test_preferences_are_shown_and_saved_as_chosen(client, message):
    sign_in(client, message)
    assert client.get("/preferences").content.decode().count(" checked") >= 3
    client.post("/preferences", {"on": ["marketing:email", "running:email"], "frequency": "4", "language": "de"})
    found = states(message)
    assert found["soccer", "email"] == "withdrawn"
    assert found["running", "email"] == found["marketing", "email"] == "granted"
    assert "de" in client.get("/preferences").content.decode()


def test_a_sign_in_link_works_once(client, message):
    sign_in(client, message)
    url = Message.objects.get(key__contains=":sign-in:").context["sign_in_url"]
    assert client.post(path(url)).status_code == 410


def test_without_signing_in_nothing_is_shown_or_saved(client, message):
    assert client.get("/preferences").status_code == 401
    assert client.post("/preferences", {"on": []}).status_code == 401
    assert states(message)["soccer", "email"] == "granted"


def test_a_yes_counts_even_when_a_merged_profile_once_said_no(client, message, at):
    old = somebody("anna@old.example", at - 1, ("marketing", "withdrawn"), namespace="till")
    merge_people(a=message.node_id, b=old, by="user:1", at=at, evidence={})
    person = Node.objects.get(id=message.node_id).person_id
    assert consent_state([person])[person]["marketing", "email"] == "withdrawn"
    sign_in(client, message)
    client.post("/preferences", {"on": ["marketing:email"]})
    assert consent_state([person])[person]["marketing", "email"] == "granted"
