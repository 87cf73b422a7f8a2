"""Staff change their own name and e-mail address, after saying again who they are."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from regulars.team import actions
from regulars.team.models import AuditEntry, User
from regulars.team.tests.conftest import PASSWORD

HERE = "/account/you/"


@pytest.fixture
def mia(client, team):
    """Mia's browser, where she just said her password again."""
    client.post("/account/login/", {"login": "mia@example.com", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def test_somebody_changes_their_address_and_signs_in_with_it(mia, team):
    saved = mia.post(HERE, {"name": "Mia M", "email": "Mia.M@example.com"})
    assert saved.headers["Location"] == HERE
    user = User.objects.get(id=team["marketer"].id)
    assert (user.name, user.email) == ("Mia M", "mia.m@example.com")
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "primary")) == [
        ("mia.m@example.com", True)
    ]
    mia.logout()
    for address, to in (("mia@example.com", None), ("mia.m@example.com", "/")):
        answer = mia.post("/account/login/", {"login": address, "password": PASSWORD})
        assert answer.headers.get("Location") == to


def test_the_audit_log_says_which_fields_and_no_address(mia, team):
    mia.post(HERE, {"name": "Mia", "email": "new@example.com"})
    entry = AuditEntry.objects.get(act="member.change_details")
    assert (entry.by, entry.details) == (team["marketer"].by, {"fields": "email"})


@pytest.mark.parametrize(
    ("email", "said"), [("olga@example.com", "has this e-mail address already"), ("nonsense", "valid")]
)
def test_an_address_that_cannot_be_is_refused_in_words(mia, team, email, said):
    page = mia.post(HERE, {"name": "Mia", "email": email})
    assert page.status_code == 422 and said in page.content.decode()
    assert User.objects.get(id=team["marketer"].id).email == "mia@example.com"


def test_saving_without_a_change_notes_nothing(mia, team):
    mia.post(HERE, {"name": "Mia", "email": "mia@example.com"})
    assert not AuditEntry.objects.filter(act="member.change_details").exists()


def test_who_did_not_say_lately_who_they_are_is_asked_first(as_role):
    client = as_role("reader")
    for answer in (client.get(HERE), client.post(HERE, {"name": "Eve", "email": "eve@example.com"})):
        assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not User.objects.filter(email="eve@example.com").exists()


def test_a_link_to_choose_a_password_ends_with_the_old_address(client, team, at):
    from regulars.team.links import password_link

    user = team["reader"]
    path = password_link(user_id=user.id, by="system", at=at)
    actions.change_details(user_id=user.id, name="Rex", email="rex2@example.com", by=user.by, at=at)
    assert "does not work any more" in client.get(path, follow=True).content.decode()


def test_the_page_is_found_from_every_page(mia):
    assert f'href="{HERE}"' in mia.get(reverse("web:people")).content.decode()
