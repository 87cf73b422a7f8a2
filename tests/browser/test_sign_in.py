"""Signing in as people do, on a telephone: password, authenticator app, passkey, recovery code."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from regulars.team import actions
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS

PASSWORD = "three random words"
OWN_PAGES = (
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/sessions/",
    "/account/logout/",
)


@pytest.fixture
def olga(transactional_db, business, at):
    """An owner with a password and nothing else; nobody has tried to sign in yet."""
    cache.clear()
    return actions.add_member(
        email="olga@example.com", name="Olga", role="owner", by="system", at=at, password=PASSWORD
    )


@pytest.fixture
def door(chromium, live_server, olga):
    """A tab of somebody not signed in, at http://localhost. It fails the test for anything logged as an error."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=url, viewport=WIDTHS["narrow"], reduced_motion="reduce")
    page, said = context.new_page(), []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: line.type == "error" and said.append(line.text))
    yield page
    context.close()
    assert said == []


def _sign_in(page, email="olga@example.com"):
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def _confirm(page):
    """allauth asks for the password again before a second factor is changed."""
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def _is_in(page) -> bool:
    return any(cookie["name"] == "sessionid" for cookie in page.context.cookies()) and "/account/" not in page.url


def _key(page, **more):
    """A virtual passkey of the browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options | more})


def test_a_password_signs_in(door):
    _sign_in(door)
    door.wait_for_url(lambda url: "/account/" not in url)
    assert _is_in(door)


def test_the_pages_of_sign_in_fit_a_telephone_and_have_no_serious_fault(door):
    for path in ("/account/login/", "/account/password/reset/", "/account/signup/"):
        for theme in ("light", "dark"):
            door.emulate_media(color_scheme=theme)
            door.goto(path)
            assert (path, too_wide(door), faults(door)) == (path, 0, [])


def test_the_pages_of_ones_own_account_fit_a_telephone_and_have_no_serious_fault(door):
    _sign_in(door)
    door.goto("/account/2fa/totp/activate/")
    _confirm(door)
    for path in OWN_PAGES:
        for theme in ("light", "dark"):
            door.emulate_media(color_scheme=theme)
            door.goto(path)
            assert (path, too_wide(door), faults(door)) == (path, 0, [])


def test_an_authenticator_app_and_a_recovery_code_sign_in(door):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    _sign_in(door)
    door.goto("/account/2fa/totp/activate/")
    _confirm(door)
    secret = door.locator("#authenticator_secret").input_value()
    door.get_by_label("Authenticator code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    door.get_by_role("button", name="Activate").click()
    codes = door.locator("#recovery_codes").input_value().split()
    assert len(codes) == 10
    door.context.clear_cookies()
    _sign_in(door)
    door.wait_for_url("**/2fa/authenticate/**")
    assert faults(door) == [] and too_wide(door) == 0
    door.locator("input[name=code]").fill(codes[0])
    door.get_by_role("button", name="Sign In", exact=True).click()
    door.wait_for_url(lambda url: "/account/" not in url)
    assert _is_in(door)


def test_a_passkey_signs_in_without_a_password(door):
    _key(door)
    _sign_in(door)
    door.goto("/account/2fa/webauthn/add/")
    _confirm(door)
    door.get_by_label("Passwordless").check()
    door.get_by_role("button", name="Add").click()
    door.wait_for_url(lambda url: "/webauthn/add/" not in url)
    door.context.clear_cookies()
    door.goto("/account/login/")
    door.get_by_role("button", name="Use a passkey").click()
    door.wait_for_url(lambda url: "/account/" not in url)
    assert _is_in(door)


def test_a_cancelled_passkey_is_told_in_words(door):
    _key(door, automaticPresenceSimulation=False, isUserVerified=False)
    door.goto("/account/login/")
    refuse = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    door.evaluate(f"() => {{ navigator.credentials.get = {refuse} }}")
    door.get_by_role("button", name="Use a passkey").click()
    expect(door.get_by_role("alert")).to_contain_text("cancelled")


def test_an_invited_member_chooses_a_password_in_the_browser(door, olga, at, live_server):
    from regulars.team.links import password_link

    ann = actions.add_member(email="ann@example.com", name="Ann", role="reader", by=olga.by, at=at)
    door.goto(password_link(user_id=ann.id, by=olga.by, at=at))
    assert faults(door) == [] and too_wide(door) == 0
    for field in door.locator("input[type=password]").all():
        field.fill(PASSWORD)
    door.get_by_role("button", name="Save").click()
    door.wait_for_url("**/account/login/**")
    _sign_in(door, "ann@example.com")
    door.wait_for_url(lambda url: "/account/" not in url)
    assert _is_in(door)
