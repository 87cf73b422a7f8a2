import re

import pytest
from django.urls import reverse

from regulars.team import actions, queries
from regulars.team.models import AuditEntry, User
from regulars.team.tests.conftest import PASSWORD
from regulars.team.urls import urlpatterns
from regulars.team.views import ABOUT

PAGES = ["team:members", "team:keys", "team:audit"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["marketer", "agent", "analyst", "reader"])
def test_only_the_owner_opens_the_pages_about_staff(as_role, role, name):
    assert as_role(role).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_the_owner_opens_every_page_about_staff(as_role, name):
    assert as_role("owner").get(reverse(name)).status_code == 200


@pytest.mark.parametrize("role", ["marketer", "agent", "analyst", "reader"])
def test_no_post_of_this_room_works_for_others_than_the_owner(as_role, team, at, role):
    key, _ = actions.make_key(name="Till", role="reader", by="system", at=at)
    client = as_role(role)
    before = AuditEntry.objects.count()
    ids = {"user_id": team["reader"].id, "key_id": key.id}
    for pattern in urlpatterns:
        if pattern.name in ("welcome", "own_details"):
            continue
        names = re.findall(r"<int:(\w+)>", str(pattern.pattern))
        url = reverse(f"team:{pattern.name}", kwargs={name: ids[name] for name in names})
        assert client.post(url, {"role": "owner"}).status_code == 403, url
    assert AuditEntry.objects.count() == before


def test_every_view_of_this_room_names_its_permission():
    bare = [p.name for p in urlpatterns if not hasattr(p.callback, "permission") and p.name != "welcome"]
    assert bare == []


def _invite(client):
    form = {"name": "Ann", "email": "ann@example.com", "role": "agent"}
    page = client.post(reverse("team:members"), form).content.decode()
    return re.search(r"http://testserver(/welcome/[^<\s]+)", page).group(1)


def _choose(client, path, password="quite long enough"):
    response = client.get(path, follow=True)
    if not response.redirect_chain:
        return response
    form = {"new_password1": password, "new_password2": password}
    return client.post(response.redirect_chain[-1][0], form)


def test_an_invited_member_chooses_a_password_and_signs_in(as_role, client):
    path = _invite(as_role("owner"))
    client.logout()
    assert _choose(client, path).status_code == 302
    form = {"login": "ann@example.com", "password": "quite long enough"}
    assert client.post("/account/login/", form).headers["Location"] == "/"
    assert [e.act for e in queries.audit_entries(by=User.objects.get(email="ann@example.com").by)] == [
        "member.sign_in",
        "member.set_password",
    ]


def test_a_link_works_once(as_role, client):
    path = _invite(as_role("owner"))
    client.logout()
    _choose(client, path)
    assert "does not work any more" in _choose(client, path).content.decode()


def test_a_newer_link_ends_an_earlier_one(as_role, client):
    client = as_role("owner")
    first = _invite(client)
    user = User.objects.get(email="ann@example.com")
    client.post(reverse("team:new_link", args=[user.id]))
    assert "does not work any more" in _choose(client, first).content.decode()


def test_a_link_ends_after_three_days(as_role, client, monkeypatch):
    from datetime import timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    path = _invite(as_role("owner"))
    now = PasswordResetTokenGenerator()._now()
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(days=3, minutes=1))
    assert "does not work any more" in _choose(client, path).content.decode()


def test_a_link_of_somebody_who_was_let_go_does_nothing(as_role, client, at):
    path = _invite(as_role("owner"))
    actions.deactivate_member(user_id=User.objects.get(email="ann@example.com").id, by="system", at=at)
    assert "does not work any more" in _choose(client, path).content.decode()


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(as_role, client, password):
    path = _invite(as_role("owner"))
    assert _choose(client, path, password).status_code == 200
    assert not User.objects.get(email="ann@example.com").has_usable_password()


def test_a_member_who_is_let_go_is_signed_out_at_once(team, client, at):
    client.force_login(team["agent"])
    actions.deactivate_member(user_id=team["agent"].id, by="system", at=at)
    assert client.get(reverse("team:members")).headers["Location"].startswith("/account/login/")
    client.logout()
    client.post("/account/login/", {"login": "ari@example.com", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_last_owner_is_told_why_they_cannot_leave(as_role, team):
    response = as_role("owner").post(reverse("team:deactivate", args=[team["owner"].id]), follow=True)
    assert "only owner" in response.content.decode()
    assert User.objects.get(id=team["owner"].id).is_active


def test_a_new_key_is_shown_this_once(as_role):
    client = as_role("owner")
    page = client.post(reverse("team:keys"), {"name": "Till", "role": "reader"}).content.decode()
    secret = re.search(r"rgl_[\w-]{43}", page).group()
    assert queries.key_of(secret).name == "Till"
    assert secret not in client.get(reverse("team:keys")).content.decode()


def test_the_audit_log_is_filtered_paged_and_exported(as_role, team, at):
    for n in range(120):
        actions.audit(by="system", act="thing.do", object=f"thing:{n}", at=at + n)
    client = as_role("owner")
    first = client.get(reverse("team:audit"), {"act": "thing.do"})
    assert len(first.context["rows"]) == 100 and first.context["total"] == 120
    second = client.get(reverse("team:audit"), {"act": "thing.do", "after": first.context["after"]})
    assert [row["to"] for row in second.context["rows"]] == [f"thing:{n}" for n in range(19, -1, -1)]
    lines = b"".join(client.get(reverse("team:audit"), {"act": "thing.do", "format": "csv"})).decode().splitlines()
    assert len(lines) == 121 and lines[1].endswith("system,thing.do,thing:119,")


def test_the_audit_log_takes_days_of_the_business_and_says_when_one_is_wrong(as_role, team):
    client = as_role("owner")
    actions.audit(by="system", act="night.owl", at=1_782_945_000_000_000)  # 2026-07-01 23:30 London, 22:30 UTC
    assert len(client.get(reverse("team:audit"), {"since": "2026-07-01", "until": "2026-07-01"}).context["rows"]) == 1
    assert not client.get(reverse("team:audit"), {"since": "2026-07-02", "act": "night"}).context["rows"]
    assert "must be a date" in client.get(reverse("team:audit"), {"since": "yesterday"}).content.decode()


@pytest.mark.parametrize("name", ["new_link", "change_role", "deactivate", "reactivate", "drop_second_factor"])
def test_a_get_never_acts_on_a_member(as_role, team, name):
    assert as_role("owner").get(reverse(f"team:{name}", args=[team["reader"].id])).status_code == 405


def test_a_member_who_does_not_exist_is_a_404(as_role):
    assert as_role("owner").post(reverse("team:deactivate", args=[999])).status_code == 404


@pytest.mark.parametrize("kind", ABOUT)
def test_what_an_entry_of_the_audit_log_is_about_can_be_opened(as_role, at, kind):
    actions.audit(by="system", act=f"{kind}.change", object=f"{kind}:7", at=at)
    page = as_role("owner").get(reverse("team:audit")).content.decode()
    assert f'href="{reverse(ABOUT[kind], args=["7"])}"' in page
