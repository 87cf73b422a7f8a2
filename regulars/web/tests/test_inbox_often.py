"""What the inbox is asked for all the time: few questions, nothing old, nobody's words kept."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regulars.core import bulk, recent
from regulars.core.clock import MINUTE, now_us
from regulars.inbox import actions
from regulars.inbox.models import Case
from regulars.inbox.queries import cases_page
from regulars.inbox.tests.talk import conversation, hear, said
from regulars.team.models import User
from regulars.web.pages.inbox import drawing
from regulars.web.tests.test_inbox import signed_in

pytestmark = pytest.mark.django_db
WORDS = ("called", "waits", "preview", "where", "owner", "initials", "priority", "outcome", "iso", "exact", "ago",
         "id", "href", "labels")  # fmt: skip
LIST = {"box": "open"}


@pytest.fixture
def owner(business):
    return signed_in("owner")


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=20) | st.sampled_from(("", "{id}", "<b>&\"'", "%s")) for name in WORDS}
    ),
    st.tuples(*[st.booleans()] * 4, st.sampled_from(("", "bad")), st.sampled_from(("", "warn"))),
)
def test_a_row_filled_in_is_what_its_template_draws_whatever_the_words(words, signs):
    signs = drawing.Signs(*signs)
    assert drawing.filled(words, signs) == render_to_string("web/inbox/_row.html", {"r": words | signs._asdict()})


def test_a_row_that_is_kept_to_be_filled_in_holds_nobodys_words(owner):
    drawing._look.cache_clear()
    hear(said("a", "Where is my zither?"), at=now_us())
    assert "zither" in owner.get(reverse("web:inbox"), LIST).content.decode()
    there = frozenset(("called", "preview", "where", "iso", "exact", "ago", "id", "href"))
    assert "zither" not in drawing._look(there, drawing.Signs(False, True, True, False, "", ""), "en-gb")


def test_list_conversation_and_beat_cost_few_questions_however_many_rows(
    owner, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(recent, "FRESH", 1e9)  # a machine may be slow
    hear(*(said(f"t{n}", by=f"person{n}") for n in range(8)), at=now_us())
    case, htmx = Case.objects.first(), {"HX-Request": "true"}
    asked = (
        (reverse("web:inbox"), LIST, 14), (reverse("web:inbox"), LIST, 8),  # a second time within a second
        (reverse("web:case", args=[case.id]), LIST, 13), (reverse("web:inbox_beat"), {"case": case.id}, 3),
        (reverse("web:inbox_beat"), {"case": case.id, "list": "box=open"}, 4),
    )  # fmt: skip
    for address, query, most in asked:
        with django_assert_max_num_queries(most):
            assert owner.get(address, query, headers=htmx).status_code == 200


def test_what_was_changed_elsewhere_is_counted_when_the_list_is_fetched_for_it(owner):
    hear(said("a"), said("b", by="bob"), at=now_us())
    counts = lambda **more: json.loads(owner.get(reverse("web:inbox"), LIST | more)["X-Counts"])  # noqa: E731
    assert counts()["open"] == "2"
    Case.objects.filter(id=Case.objects.first().id).update(closed_us=now_us())  # by another process
    assert counts(only="rows")["open"] == "1" and counts()["open"] == "1"


def test_who_acts_sees_it_at_once_and_who_lost_the_right_sees_nothing_more(owner):
    hear(said("a"), at=now_us())
    address = reverse("web:case", args=[conversation().id])
    assert "Refund" not in owner.get(address).content.decode()
    owner.post(reverse("web:inbox_labels"), {"name": "Refund"})
    assert "Refund" in owner.get(address).content.decode()
    actions.assign(case_id=conversation().id, owner=owner.user.by, by=owner.user.by, at=now_us())
    assert json.loads(owner.get(reverse("web:inbox"), LIST)["X-Counts"])["mine"] == "1"
    User.objects.update(is_active=False)
    assert owner.get(address).status_code == 302


def test_the_beat_names_who_is_here_and_knows_of_no_conversation_that_is_not_there(owner):
    hear(said("a"), at=now_us())
    case, ann = conversation(), User.objects.create_user("ann@example.com", name="Ann <b>", role="agent")
    url = reverse("web:inbox_beat")
    before = owner.get(url, {"case": case.id}).json()
    actions.look(case_id=case.id, user_id=ann.id, typing=True, at=now_us())
    after = owner.get(url, {"case": case.id}).json()
    assert "Ann &lt;b&gt; is writing just now." in after["others"] and after["talk"] == before["talk"]
    assert owner.get(url, {"case": case.id + 1}).status_code == 404


def test_a_list_is_new_when_the_time_of_one_is_over(owner):
    hear(said("a"), at=now_us())
    beat = lambda: owner.get(reverse("web:inbox_beat"), {"list": "box=open"}).json()["rows"]  # noqa: E731
    Case.objects.update(next_due_us=now_us() + 100 * MINUTE)
    shown = owner.get(reverse("web:inbox"), LIST).content.decode()
    assert f'data-rows="{beat()}"' in shown
    Case.objects.update(next_due_us=now_us() - MINUTE)
    assert f'data-rows="{beat()}"' not in shown


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite reads")
@pytest.mark.parametrize("owner", [None, "", "user:7"])
def test_an_open_list_is_read_in_its_order_and_never_sorted(owner):
    with CaptureQueriesContext(connection) as asked:
        cases_page(at=now_us(), owner=owner)
    plan = bulk.query(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
    assert plan and not any("TEMP B-TREE" in row[3] for row in plan)
