"""Lists of messages: nothing is left out or shown twice, however little a page looks at."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels import listing
from regulars.channels.models import Message, State

pytestmark = pytest.mark.django_db


def write(rows: list[tuple[int, int]]) -> None:
    """(campaign, state) of each message, oldest first."""
    Message.objects.all().delete()
    Message.objects.bulk_create(
        Message(key=f"m{n}", campaign_id=campaign, node_id=1, channel="email", state=state, due_us=1, planned_us=1,
                decision={"rule": "consent"} if state == State.SKIPPED else None)
        for n, (campaign, state) in enumerate(rows)
    )  # fmt: skip


def all_pages(**asked) -> list[int]:
    """Ids over all pages, in order."""
    after, found = "", []
    for _ in range(500):
        page = listing.find_messages(after=after, **asked)
        found += [row.id for row in page.rows]
        if page.after is None:
            return found
        assert not after or int(page.after) < int(after)
        after = page.after
    raise AssertionError("it never ends")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(1, 2), st.sampled_from(list(State))), min_size=5, max_size=25),
    limit=st.integers(1, 6),
    most=st.integers(1, 8),
    campaign=st.sampled_from([None, 1]),
    states=st.sampled_from([(), (State.SKIPPED,), (State.PLANNED, State.UNKNOWN)]),
    rule=st.sampled_from(["", "consent"]),
)
def test_pages_show_every_message_once_and_newest_first(monkeypatch, rows, limit, most, campaign, states, rule):
    write(rows)
    monkeypatch.setattr(listing.look_back, "__kwdefaults__", {**listing.look_back.__kwdefaults__, "most": most})
    wanted = Message.objects.order_by("-id")
    wanted = wanted.filter(campaign_id=campaign) if campaign else wanted
    wanted = wanted.filter(state__in=states) if states else wanted
    wanted = wanted.filter(decision__rule=rule) if rule else wanted
    found = all_pages(campaign_id=campaign, states=states, rule=rule, limit=limit)
    assert found == list(wanted.values_list("id", flat=True))


def test_a_damaged_cursor_is_refused():
    with pytest.raises(ValueError, match="damaged"):
        listing.find_messages(after="1; DROP")
