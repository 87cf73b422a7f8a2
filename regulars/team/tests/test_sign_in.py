import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from regulars.team.models import User
from regulars.team.tests.conftest import PASSWORD

LOGIN = "/account/login/"


def _sign_in(client, email="mia@example.com", password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def test_the_right_password_signs_in_however_the_address_is_typed(client, team):
    assert _sign_in(client, email="MIA@example.com").headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, team):
    answers = [_sign_in(client, password="wrong"), _sign_in(client, email="nobody@example.com")]
    assert {a.status_code for a in answers} == {200}
    assert all("is not right" in a.content.decode() for a in answers)


def test_the_form_speaks_of_e_mail_as_the_other_pages_do(client, team):
    page = client.get(LOGIN).content.decode()
    assert "E-mail address" in page and "Email" not in page


def test_nobody_signs_up_by_themselves(client, team):
    form = {"email": "eve@example.com", "password1": "quite long enough"}
    client.post("/account/signup/", form)
    assert not User.objects.filter(email="eve@example.com").exists()


@pytest.mark.parametrize("name", ["account_email", "account_confirm_email", "account_request_login_code"])
def test_ways_in_that_need_mail_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_guessing_passwords_is_slowed_down_across_processes(client, team):
    for _ in range(5):
        _sign_in(client, password="wrong")
    page = _sign_in(client).content.decode()
    assert "Too many tries were wrong" in page
    assert settings.CACHES["default"]["BACKEND"].endswith("FileBasedCache")


def _with_app(user):
    """The user's authenticator app: a function that gives the code of now."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return lambda ago=0: format_hotp_value(hotp_value(secret, int(auth.time.time()) // 30 - ago))


def test_a_second_factor_stands_between_the_password_and_the_house(client, team):
    code = _with_app(team["marketer"])
    assert _sign_in(client).headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert "Incorrect code" in client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert client.post("/account/2fa/authenticate/", {"code": code()}).headers["Location"] == "/"


def test_a_code_may_be_half_a_minute_late_and_no_later(client, team, monkeypatch):
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
    code = _with_app(team["marketer"])
    _sign_in(client)
    assert "Incorrect code" in client.post("/account/2fa/authenticate/", {"code": code(2)}).content.decode()
    assert client.post("/account/2fa/authenticate/", {"code": code(1)}).headers["Location"] == "/"


def test_the_secret_of_the_app_is_encrypted_at_rest(team):
    secret = generate_totp_secret()
    TOTP.activate(team["marketer"], secret)
    assert secret not in str(Authenticator.objects.get().data)


def test_a_recovery_code_works_once(client, team):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    _with_app(team["marketer"])
    spare = RecoveryCodes.activate(team["marketer"]).get_unused_codes()[0]
    _sign_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": spare}).headers["Location"] == "/"
    client.logout()
    _sign_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": spare}).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/password/change/",
        "/account/sessions/",
        "/account/logout/",
    ],
)
def test_every_page_of_ones_own_account_opens(client, team, path):
    _sign_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(path).status_code == 200


def test_adding_a_second_factor_asks_for_the_password_again(client, team):
    _sign_in(client)
    assert client.get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")


def test_the_page_for_who_cannot_sign_in_says_what_to_do(client, db):
    assert "regulars reset-password" in client.get(reverse("account_reset_password")).content.decode()


def test_a_passkey_sign_in_gets_its_challenge(client, db):
    asked = client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    assert asked["request_options"]["publicKey"]["rpId"] == "testserver"
