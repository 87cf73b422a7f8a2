"""Every address that is not for everybody asks for a permission, and keeps to it."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from regulars.team import actions
from regulars.team.models import AuditEntry
from regulars.team.permissions import PERMISSIONS, ROLES, role_may
from regulars.web.above import above

# Why each needs no permission of ours: sign-in is allauth's, keys guard the APIs, the rest tells nothing.
OPEN = (
    r"^account/",  # sign-in and one's own account
    r"^welcome/",  # holds a single-use token
    r"^api/v1/",  # an API key with a permission per operation: regulars/web/api/tests
    r"^v1/",  # write keys of the tracking API
    r"^healthz$",  # up or not
    r"^metrics$",  # an API key: regulars/web/tests/test_health.py
    r"^(l|o|u|p|v|in|confirm)/",  # customers: a sealed or single-use token: regulars/portal/tests
    r"^s/",  # customers: surveys, by a sealed token, an open link or at the till: regulars/portal/tests
    r"^till/(?!devices)",  # the counter: a device that was let in, regulars/till/tests
    r"^g/",  # everybody: short addresses in public posts, which lead on: regulars/web/tests/test_publish.py
    r"^i/",  # customers: an invitation, by a sealed token: regulars/web/tests/test_rewards.py
    r"^my/",  # customers: a session of their own, by a link that works once: regulars/portal/tests
    r"^r/",  # customers: the offer of a friend, for everybody: regulars/portal/tests
    r"^(join/|preferences)",  # customers: a form for everybody; a session of their own
    r"^hooks/",  # an address that cannot be guessed, and the service's signature: regulars/channels/tests
    r"^(contact|chat|talk)/",  # customers: everybody may write; a secret of their browser: regulars/portal/tests
    r"^static/",
    r"^media/",  # pictures of messages: mail programs have no session
)


def _walk(patterns, prefix=""):
    for one in patterns:
        path = prefix + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        elif isinstance(one, URLPattern):
            yield path.removesuffix("$"), one.callback


ADDRESSES = [(path, view) for path, view in _walk(get_resolver().url_patterns)]
GUARDED = [(path, view) for path, view in ADDRESSES if not any(re.match(pattern, path) for pattern in OPEN)]


def _url(path: str) -> str:
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str:|slug:)?\w+>", "x", path))


def test_no_page_for_staff_lacks_a_permission():
    bare = [path for path, view in GUARDED if getattr(view, "permission", None) not in PERMISSIONS]
    assert bare == [] and len(GUARDED) > 20


def _only_forms(path: str, answer) -> bool:
    """The address takes no GET at all: it leads to the page above it, which asks for itself."""
    leads_above = answer.status_code == 302 and answer["Location"] == above(_url(path))
    return leads_above or answer.status_code == 405


def _closed(method: str, path: str, answer) -> bool:
    """Sent to sign in; or the address takes no GET at all."""
    sent = answer.status_code == 302 and "/account/login/" in answer["Location"]
    return sent or (method == "get" and _only_forms(path, answer))


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_signing_in(client, business, method):
    answers = {path: getattr(client, method)(_url(path)) for path, _ in GUARDED}
    assert [path for path, answer in answers.items() if not _closed(method, path, answer)] == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_a_role_opens_and_does_nothing_it_has_no_permission_for(client, business, at, role):
    client.force_login(actions.add_member(email="x@example.com", role=role, by="system", at=at))
    before = AuditEntry.objects.count()
    forbidden = [path for path, view in GUARDED if not role_may(role, view.permission)]
    for method in ("get", "post"):
        answers = {path: getattr(client, method)(_url(path)) for path in forbidden}
        opened = {path: one for path, one in answers.items() if one.status_code != 403}
        assert {path for path, one in opened.items() if method == "post" or not _only_forms(path, one)} == set()
    assert forbidden and AuditEntry.objects.count() == before
