"""A cell of the retention grid leads to its people: who first bought in a month, and who of them came back."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from regulars.core.clock import DAY, to_us
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.team.models import User
from regulars.web.tests.test_person import settle

MARCH = to_us(datetime(2026, 3, 10, 12, tzinfo=UTC))


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def shop(transactional_db, business, at) -> None:
    """Sixty people buy in March; every third of them again in May."""
    source = create_source(name="Till", by="system", at=at)
    days = [(n, MARCH) for n in range(60)] + [(n, MARCH + 61 * DAY) for n in range(0, 60, 3)]
    take_in(source_id=source.id, items=[bought(n, when) for n, when in days], at=at)
    settle(at)


def bought(person: int, when: int) -> dict:
    time = datetime.fromtimestamp(when / 1e6, UTC).isoformat()
    order = {"order_id": f"{person}-{when}", "total": 10, "currency": "GBP"}
    return {"type": "track", "userId": f"u{person}", "messageId": f"{person}-{when}", "timestamp": time,
            "event": "Order Completed", "properties": order}  # fmt: skip


@pytest.mark.parametrize(("query", "many"), [("", 60), ("&later=2", 20), ("&later=1", 0)])
def test_a_cell_leads_to_everybody_it_counts_each_once(browser, shop, query, many):
    found, after = [], ""
    while after is not None:
        page = browser.get(f"{reverse('web:cohort')}?month=2026-03{query}&after={after}")
        found += [row.person.id for row in page.context["rows"]]
        after = page.context["after"]
    assert len(found) == len(set(found)) == many


def test_a_damaged_address_of_a_page_is_not_found(browser, shop):
    from regulars.web.cursors import pack

    address = f"{reverse('web:cohort')}?month=2026-03&after="
    assert browser.get(address + pack("text", 1)).status_code == 404
    assert browser.get(address + "nonsense").status_code == 404
