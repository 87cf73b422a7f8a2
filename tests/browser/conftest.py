"""A real browser on a live server. Without Chromium these tests skip, saying so."""

from __future__ import annotations

from pathlib import Path

import pytest

PASSWORD = "three random words"
WIDTHS = {"wide": {"width": 1600, "height": 1000}, "narrow": {"width": 390, "height": 844}}


# what the browser itself could not do in time may be tried once more, never what a test says is wrong
AGAIN = pytest.mark.flaky(reruns=1, only_rerun=["^Error: ", "^TimeoutError: "])


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(AGAIN)


@pytest.fixture
def owner(transactional_db, business):
    """Somebody who may do everything."""
    from regulars.team.models import User

    return User.objects.create_user("owner@example.com", PASSWORD, name="Olive Owner", role="owner")


@pytest.fixture
def tab(chromium, live_server, owner):
    """A signed-in tab. It fails the test for anything the page logs as an error: scripts, policy, missing files."""
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["wide"])
    _sign_in(context, owner, live_server.url)
    page, said = context.new_page(), []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: line.type == "error" and said.append(line.text))
    yield page
    context.close()
    assert [line for line in said if "409 (Conflict)" not in line] == []  # an answer that the page shows


def _sign_in(context, user, url: str) -> None:
    """The session of somebody signed in: the form itself has a test of its own."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
