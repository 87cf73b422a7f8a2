import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from regulars.team.models import Role
from regulars.team.permissions import PERMISSIONS, ROLES, allowed, role_may, roles_with


@allowed("people.erase")
def _erase(request):
    return HttpResponse("erased")


def _ask(user, **headers):
    request = RequestFactory().get("/somewhere?x=1", headers=headers)
    request.user = user
    return _erase(request)


def test_every_role_of_the_model_is_on_the_page_and_no_other():
    assert set(ROLES) == set(Role.values)


def test_roles_hold_only_permissions_that_exist():
    assert all(granted <= PERMISSIONS.keys() for granted in ROLES.values())


def test_the_owner_may_everything_and_the_reader_changes_nothing():
    assert ROLES["owner"] == PERMISSIONS.keys()
    assert {permission.split(".")[-1] for permission in ROLES["reader"]} == {"staff", "view"}


@pytest.mark.parametrize("permission", ["team.manage", "keys.manage", "settings.edit", "people.erase", "audit.view"])
def test_only_owners_have_the_keys_to_the_house(permission):
    assert roles_with(permission) == ["owner"]


def test_a_permission_that_is_not_on_the_page_is_a_mistake_not_a_no():
    with pytest.raises(KeyError):
        role_may("owner", "people.teleport")
    with pytest.raises(KeyError):
        allowed("people.teleport")


def test_a_role_that_does_not_exist_may_nothing():
    assert not role_may("", "staff")


def test_who_was_let_go_may_nothing(team):
    team["owner"].is_active = False
    assert not team["owner"].may("staff")


def test_the_view_runs_for_who_has_the_permission(team):
    assert _ask(team["owner"]).content == b"erased"


def test_others_get_a_page_that_names_who_can_grant_it(team):
    response = _ask(team["agent"])
    assert response.status_code == 403
    text = response.content.decode()
    assert "erase people for ever" in text and "Olga" in text and "Agent" in text


def test_nobody_is_sent_to_sign_in_and_comes_back(db):
    from django.contrib.auth.models import AnonymousUser

    response = _ask(AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/somewhere%3Fx%3D1"


def test_a_fragment_request_of_nobody_moves_the_whole_page(db):
    from django.contrib.auth.models import AnonymousUser

    response = _ask(AnonymousUser(), **{"HX-Request": "true", "HX-Current-URL": "http://localhost/people?q=a"})
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/account/login/?next=/people"
