"""Other programs that are told: added with a secret shown once, their calls, replay, pause, removal."""

import pytest
from django.urls import reverse

from regulars.channels.models import Call, Hook
from regulars.core import outside
from regulars.team.models import User


@pytest.fixture
def browser(client, business, monkeypatch):
    monkeypatch.setattr(outside, "check", lambda url: None)
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def hook(browser) -> Hook:
    browser.post(reverse("web:webhooks"), {"url": "https://shop.example.com/told", "kinds": ["Unsubscribed"]})
    return Hook.objects.get()


def call(hook: Hook, n: int, **fields) -> Call:
    return Call.objects.create(key=f"c{n}", hook_id=hook.id, url=hook.url, body={"type": "Unsubscribed"},
                               created_us=n, **fields)  # fmt: skip


def test_the_secret_is_shown_once(browser):
    answer = browser.post(reverse("web:webhooks"), {"url": "https://shop.example.com/told"})
    assert b"whsec_" in answer.content
    assert b"whsec_" not in browser.get(reverse("web:webhooks")).content


def test_an_address_that_is_never_asked_is_refused_with_a_sentence(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("web:webhooks"), {"url": "https://me:secret@shop.example.com/told"})
    assert answer.status_code == 200 and not Hook.objects.exists()
    assert b"name and password" in answer.content


def test_calls_show_status_and_answer_and_are_made_again(browser, hook):
    call(hook, 1, attempts=1, status=200, answer="thanks", done_us=5)
    lost = call(hook, 2, attempts=10, status=500, answer="oh no")
    address = reverse("web:webhook", args=[hook.id])
    assert b"thanks" in browser.get(address).content
    shown = browser.get(address + "?state=lost").content
    assert b"oh no" in shown and b"thanks" not in shown
    browser.post(reverse("web:webhook_change", args=[hook.id]), {"act": "replay"})
    lost.refresh_from_db()
    assert lost.due_us and lost.attempts == 0
    assert Call.objects.get(key="c1").due_us is None


def test_it_can_be_paused_resumed_and_removed(browser, hook):
    address = reverse("web:webhook_change", args=[hook.id])
    browser.post(address, {"act": "pause"})
    assert Hook.objects.get().paused_us
    browser.post(address, {"act": "resume"})
    assert not Hook.objects.get().paused_us
    call(hook, 1)
    browser.post(address, {"act": "remove"})
    assert not Hook.objects.exists() and not Call.objects.exists()


def test_many_calls_turn_pages(browser, hook):
    for n in range(120):
        call(hook, n + 1)
    seen, address = set(), reverse("web:webhook", args=[hook.id])
    after = ""
    for _ in range(3):
        page = browser.get(address, {"after": after} if after else {})
        seen |= {call.key for call in page.context["calls"]}
        after = page.context["after"]
    assert len(seen) == 120 and after is None
