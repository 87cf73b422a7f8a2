"""Joining by a form: nobody is in before they said yes twice, and the ledger can prove what they said."""

import re

import pytest
from django.urls import reverse

from regulars.channels.actions import suppress
from regulars.channels.models import Message, Suppression, Topic
from regulars.people.actions import erase_person
from regulars.people.models import Consent, Identifier, Node
from regulars.people.queries import consent_state
from regulars.portal.actions import archive_form, save_form
from regulars.portal.models import Joining

pytestmark = pytest.mark.django_db
WORDING = "I agree that Northgate Sports writes to me by e-mail."


@pytest.fixture
def form(business, at):
    Topic.objects.create(key="soccer", name="Soccer")
    values = {
        "name": "Website", "headline": "News for players", "wording": WORDING, "topics": ["soccer", "no such"],
        "fields": ["name"], "origins": ["https://shop.example.com/page"],
    }  # fmt: skip
    return save_form(values=values, by="user:1", at=at)


def join(client, form, email="anna@example.org", **more):
    return client.post(reverse("portal:join", args=[form.slug]), {"email": email, "topics": ["soccer"], **more})


def link() -> str:
    """The path in the mail that asks to confirm."""
    url = Message.objects.get(key__contains=":join:").context["confirm_url"]
    return re.sub(r"^https?://[^/]+", "", url)


def person_of(email: str) -> int | None:
    node = Identifier.objects.filter(type="email", value=email).values_list("node_id", flat=True).first()
    return node and Node.objects.get(id=node).person_id


def test_nobody_is_a_person_or_agreed_to_anything_before_confirming(client, form):
    assert "look into your mailbox" in join(client, form).content.decode()
    assert person_of("anna@example.org") is None and not Consent.objects.exists()
    assert Message.objects.get().address in ("", "anna@example.org")


def test_the_link_in_the_mail_confirms_only_when_the_button_is_pressed(client, form):
    join(client, form, name="Anna A")
    for _scanner in range(3):
        assert client.get(link()).status_code == 200
    assert not Consent.objects.exists()
    assert client.post(link()).status_code == 200
    states = consent_state([person_of("anna@example.org")])
    assert states[person_of("anna@example.org")] == {
        ("marketing", "email"): "granted",
        ("soccer", "email"): "granted",
    }


def test_the_ledger_keeps_wording_time_form_and_both_places(client, form):
    join(client, form)
    client.post(link(), HTTP_USER_AGENT="Firefox")
    entry = Consent.objects.get(purpose="marketing")
    assert (entry.wording, entry.address) == (WORDING, "anna@example.org")
    assert entry.evidence["form"] == "Website" and entry.evidence["double_opt_in"] is True
    assert entry.evidence["confirmed"] == {"ip": "127.0.0.1", "agent": "Firefox"}


def test_confirming_twice_is_confirming_once(client, form):
    join(client, form)
    client.post(link())
    before = Consent.objects.count()
    assert client.post(link()).status_code == 200
    assert Consent.objects.count() == before == 2


def test_an_expired_link_says_so_and_changes_nothing(client, form):
    join(client, form)
    Joining.objects.update(expires_us=1)
    assert client.post(link()).status_code == 410
    assert not Consent.objects.exists()


@pytest.mark.parametrize("email", ["", "anna", "anna@", "a b@example.org", "anna@example.org\nBcc: x@example.org"])
def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(client, form, email):
    answer = join(client, form, email=email)
    assert answer.status_code == 422 and "check it" in answer.content.decode()
    assert not Joining.objects.exists() and not Message.objects.exists()


def test_the_answer_does_not_tell_whether_an_address_is_known(client, form):
    join(client, form)
    client.post(link())
    emails = "anna@example.org", "new@example.org"
    known, new = (join(client, form, email=email).content.decode() for email in emails)
    assert known.partition("<main")[2] == new.partition("<main")[2] != ""


def test_asking_again_at_once_sends_no_second_mail(client, form):
    join(client, form)
    join(client, form)
    assert Message.objects.count() == 1


def test_a_program_that_fills_in_every_field_is_thanked_and_forgotten(client, form):
    assert join(client, form, website="https://spam.example").status_code == 200
    assert not Joining.objects.exists()


def test_somebody_who_was_erased_can_come_back_by_their_own_wish(client, form, at):
    join(client, form)
    client.post(link())
    erase_person(person_id=person_of("anna@example.org"), by="user:1", at=at)
    assert not Joining.objects.exists()
    Message.objects.all().delete()
    join(client, form)
    client.post(link())
    assert person_of("anna@example.org") is not None


def test_a_form_can_stand_only_in_the_pages_that_were_named(client, form):
    framed = client.get(reverse("portal:embed", args=[form.slug]))
    assert "frame-ancestors https://shop.example.com" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert client.get(reverse("portal:join", args=[form.slug]))["X-Frame-Options"] == "DENY"


def test_nobody_can_join_by_an_archived_form(client, form, at):
    archive_form(form_id=form.id, by="user:1", at=at)
    assert join(client, form).status_code == 404


@pytest.mark.parametrize(("reason", "scope", "stays"), [("manual", "marketing", False), ("complaint", "all", True)])
def test_who_confirms_anew_is_written_to_again_unless_they_complained(client, form, at, reason, scope, stays):
    suppress(channel="email", address="anna@example.org", reason=reason, scope=scope, by="import", at=at)
    join(client, form)
    assert Suppression.objects.get().lifted_us is None
    if not stays:  # after a complaint not even the question is sent
        client.post(link())
    assert (Suppression.objects.get().lifted_us is None) == stays
