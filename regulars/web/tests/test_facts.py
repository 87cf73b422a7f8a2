"""The pages of the fact base: writing, approving, searching, trying a text."""

import pytest
from django.urls import reverse

from regulars.content.clearing import actions as clearing
from regulars.content.clearing import queries as cleared
from regulars.content.factbase import actions
from regulars.content.factbase.actions import Wording
from regulars.content.honesty import examine
from regulars.content.models import Clearance, Statement
from regulars.core.clock import DAY, now_us
from regulars.team import actions as team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(business, at):
    """Ari answers and writes statements; Mia may approve them."""
    return {
        name: team.add_member(email=f"{name.lower()}@example.com", name=name, role=role, by="system", at=at)
        for name, role in (("Ari", "agent"), ("Mia", "marketer"), ("Rex", "reader"))
    }


def form(**more):
    said = {"kind": "fact", "text": "We open at 9:00.", "source": "the door", "audience": "public", "language": "en"}
    return said | more


def test_an_empty_fact_base_teaches_the_first_step(client, crew):
    client.force_login(crew["Ari"])
    assert "Write the first one" in client.get(reverse("web:facts")).content.decode()


def test_one_writes_another_approves_and_it_is_in_force(client, crew):
    ari, mia = crew["Ari"], crew["Mia"]
    client.force_login(ari)
    client.post(reverse("web:fact_new"), form(owner=ari.by))
    made = Statement.objects.get()
    page, act = reverse("web:fact", args=[made.id]), reverse("web:fact_act", args=[made.id])
    assert "somebody else checks it" in client.get(page).content.decode()
    assert client.post(act, {"do": "approve", "number": 1}).status_code == 403
    client.force_login(mia)
    assert "1" in client.get(reverse("web:facts") + "?box=review").content.decode()
    client.post(act, {"do": "approve", "number": 1})
    assert "We open at 9:00." in client.get(reverse("web:facts") + "?q=opening").content.decode()
    client.post(act, {"do": "retire", "why": "New hours."})
    assert "New hours." in client.get(page).content.decode()


def test_who_wrote_it_cannot_approve_it_even_when_they_may_approve(client, crew):
    client.force_login(crew["Mia"])
    client.post(reverse("web:fact_new"), form(owner=crew["Mia"].by))
    made = Statement.objects.get()
    answer = client.post(reverse("web:fact_act", args=[made.id]), {"do": "approve", "number": 1})
    assert answer.status_code == 422 and "somebody else" in answer.content.decode()
    assert client.post(reverse("web:fact_act", args=[made.id]), {"do": "approve", "number": 9}).status_code == 422


def test_what_is_missing_stands_beside_its_field(client, crew):
    client.force_login(crew["Ari"])
    answer = client.post(reverse("web:fact_new"), form(owner=crew["Ari"].by, kind="article"))
    assert answer.status_code == 422 and "Give it a title" in answer.content.decode()


def test_a_change_keeps_the_version_in_force_and_the_end_as_it_was(client, crew, at):
    ari, mia = crew["Ari"], crew["Mia"]
    wording = Wording(text="We open at 9:00.", source="the door", expires_us=now_us() + 30 * DAY)
    made = actions.write(kind="fact", wording=wording, owner=ari.by, by=ari.by, at=now_us())
    actions.approve(statement_id=made.id, number=1, by=mia.by, at=now_us())
    client.force_login(ari)
    page = client.get(reverse("web:fact_edit", args=[made.id]))
    day = page.context["form"].initial["expires"]
    client.post(reverse("web:fact_edit", args=[made.id]), form(text="We open at 8:00.", owner=ari.by, expires=day))
    shown = client.get(reverse("web:fact", args=[made.id])).content.decode()
    assert "We open at 9:00." in shown and "We open at 8:00." in shown and "waits for approval" in shown


def test_a_text_can_be_tried_and_nothing_of_it_is_kept(client, crew):
    client.force_login(crew["Rex"])
    said = {"asked": "Is it fixed?", "text": "Everything is fixed. You should have looked."}
    shown = client.post(reverse("web:facts_check"), said).content.decode()
    assert "Has to be changed" in shown and "<mark>You should have</mark>" in shown
    assert "required>Everything is fixed. You should have looked.</textarea>" in shown
    assert Clearance.objects.count() == 0


def test_what_was_let_pass_is_listed_with_who_and_why(client, crew, at):
    context = cleared.context_for("It is fixed.", at=at, by=crew["Ari"].by)
    kept = clearing.clear(examination=examine("It is fixed.", context), origin="case:3", by=crew["Ari"].by, at=at)
    clearing.overrule(clearance_id=kept["clearance"], reason="I saw it working.", by=crew["Mia"].by, at=at)
    client.force_login(crew["Rex"])
    shown = client.get(reverse("web:facts_passed")).content.decode()
    assert "I saw it working." in shown and "Mia" in shown and "a claim without a statement" in shown


def test_today_names_what_ends_and_what_waits(client, crew):
    now, ari, mia = now_us(), crew["Ari"].by, crew["Mia"].by
    for text, days in (("We open at 9:00.", 5), ("The wall is closed.", 0)):
        ends = now + days * DAY if days else None
        wording = Wording(text=text, source="door", expires_us=ends)
        made = actions.write(kind="fact", wording=wording, owner=ari, by=ari, at=now)
        if days:
            actions.approve(statement_id=made.id, number=1, by=mia, at=now)
    client.force_login(crew["Mia"])
    shown = client.get(reverse("web:today")).content.decode()
    assert "1 statement ends soon" in shown and "Asked: Ari." in shown and "1 statement waits" in shown


def test_who_may_approve_sees_on_the_rail_how_many_wait(client, crew, at):
    actions.write(
        kind="fact",
        wording=Wording(text="We open at 9:00.", source="door"),
        owner=crew["Ari"].by,
        by=crew["Ari"].by,
        at=at,
    )
    from regulars.content.factbase.queries import waiting_for

    assert waiting_for(crew["Mia"].by) == 1 and waiting_for(crew["Ari"].by) == 0


def test_in_a_shop_of_one_the_owner_approves_their_own_words_and_the_page_says_so(client, business, at):
    lone = team.add_member(email="lone@example.com", name="Lone", role="owner", by="system", at=at)
    client.force_login(lone)
    for name in ("web:facts", "web:fact_new"):
        assert "omebody else" not in client.get(reverse(name)).content.decode()
    assert (
        "approve it yourself"
        in client.post(reverse("web:fact_new"), form(owner=lone.by), follow=True).content.decode()
    )
    made = Statement.objects.get()
    page = client.get(reverse("web:fact", args=[made.id])).content.decode()
    assert "approve my own words" in page and "somebody else checks it" not in page
    client.post(reverse("web:fact_act", args=[made.id]), {"do": "approve", "number": 1})
    shown = client.get(reverse("web:fact", args=[made.id])).content.decode()
    assert "approved by its author Lone, nobody else here" in shown and "on its author" in shown
