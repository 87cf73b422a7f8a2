"""The editor of journeys: undo and redo, two people at once, ways that go, events never seen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regulars.journeys import actions
from regulars.journeys.models import Journey
from regulars.journeys.steps import KINDS
from regulars.team.actions import add_member
from regulars.web.pages.journeys import editing

pytestmark = pytest.mark.django_db
ASK = {"id": "q", "kind": "ask", "text": "Call them"}
WAIT = {"id": "w", "kind": "wait", "days": 1}


@pytest.fixture
def journey(business, at) -> Journey:
    tree = {"start": {"kind": "manual"}, "steps": [WAIT, ASK]}
    return actions.create_journey(name="Welcome", tree=tree, by="user:1", at=at)


class Drawer:
    """Somebody with the editor open."""

    def __init__(self, name: str, journey: Journey, at: int):
        self.client, self.journey = Client(), journey
        self.client.force_login(add_member(email=f"{name}@example.com", role="owner", by="system", at=at))
        self.look()

    def look(self) -> None:
        self.seen = Journey.objects.get().draft_id

    def does(self, act: str, step: str = "", **said):
        address = reverse("web:journey_edit", args=[self.journey.id]) + (f"?step={step}" if step else "")
        return self.client.post(address, {"act": act, "seen": self.seen, **said})


@pytest.fixture
def ann(journey, at):
    return Drawer("ann", journey, at)


@pytest.fixture
def bob(journey, at):
    return Drawer("bob", journey, at)


def draft() -> dict:
    return Journey.objects.get().draft


def kinds() -> list[str]:
    return [step["kind"] for step in draft()["steps"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_that_is_offered_can_be_put_in_and_opened(ann, kind):
    page = ann.client.get(reverse("web:journey_edit", args=[ann.journey.id]), {"add": "root:0"}).content.decode()
    assert f'value="insert {kind} root:0"' in page
    assert ann.does(f"insert {kind} root:0").status_code == 200
    step = draft()["steps"][0]
    assert step["kind"] == kind
    assert ann.client.get(reverse("web:journey_edit", args=[ann.journey.id]), {"step": step["id"]}).status_code == 200


def test_changes_are_undone_and_done_again_in_order(ann):
    for act in ("insert exit root:2", "insert goal root:2"):
        ann.does(act)
        ann.look()
    for act, left in (("undo", 3), ("undo", 2), ("redo", 3), ("redo", 4)):
        assert ann.does(act).status_code == 200
        ann.look()
        assert len(kinds()) == left
    ann.does("undo")
    ann.look()
    ann.does("insert webhook root:0")
    ann.look()
    ann.does("redo")
    assert kinds() == ["webhook", "wait", "ask", "exit"]  # what was undone before is gone


def test_two_people_change_different_steps_and_both_are_kept(ann, bob):
    ann.does("save", "w", days="3")
    assert bob.does("save", "q", text="Write to them").status_code == 200
    assert [step.get("days") or step.get("text") for step in draft()["steps"]] == [3, "Write to them"]


def test_the_second_to_change_the_same_step_sees_both_and_may_keep_theirs(ann, bob):
    ann.does("save", "q", text="Anns words")
    answer = bob.does("save", "q", text="Bobs words")
    page = answer.content.decode()
    assert answer.status_code == 409 and draft()["steps"][1]["text"] == "Anns words"
    assert (
        "ann@example.com changed this journey" in page and "Anns words" in page and ">\nBobs words</textarea>" in page
    )
    bob.look()
    assert bob.does("save", "q", text="Bobs words").status_code == 200
    assert draft()["steps"][1]["text"] == "Bobs words"


def test_nobody_removes_a_step_that_somebody_else_just_changed(ann, bob):
    ann.does("save", "q", text="Anns words")
    assert bob.does("remove", "q").status_code == 409 and kinds() == ["wait", "ask"]


def test_undo_does_not_take_back_what_somebody_else_just_drew(ann, bob):
    ann.does("insert exit root:2")
    assert bob.does("undo").status_code == 409 and kinds() == ["wait", "ask", "exit"]


@pytest.fixture
def split(journey) -> Journey:
    ways = [{"share": 50, "steps": []}, {"share": 30, "steps": [WAIT]}, {"share": 20, "steps": [ASK]}]
    tree = {"start": {"kind": "manual"}, "steps": [{"id": "r", "kind": "random", "ways": ways}]}
    actions.save_draft(journey_id=journey.id, tree=tree, by="user:1", at=1)
    return journey


def test_a_way_with_steps_goes_only_when_it_is_said_what_becomes_of_them(split, ann):
    page = ann.does("save", "r", shares="60, 40").content.decode()
    assert "What becomes of its step?" in page and len(draft()["steps"][0]["ways"]) == 3
    ann.does("save", "r", shares="60, 40", **{"fate.2": "way:0"})
    ways = draft()["steps"][0]["ways"]
    assert [(way["share"], [s["id"] for s in way["steps"]]) for way in ways] == [(60, ["q"]), (40, ["w"])]


@pytest.mark.parametrize(("fate", "left"), [("after", ["r", "q"]), ("drop", ["r"])])
def test_its_steps_go_behind_the_split_or_away(split, ann, fate, left):
    ann.does("save", "r", shares="60, 40", **{"fate.2": fate})
    assert [step["id"] for step in draft()["steps"]] == left


def test_a_way_without_steps_goes_unasked():
    step = {"id": "r", "kind": "random", "ways": [{"share": 50, "steps": [WAIT]}, {"share": 50, "steps": []}]}
    assert editing.lost_ways(step, {"ways": [{"share": 100, "steps": [WAIT]}]}) == []


def test_an_event_that_was_never_seen_can_start_a_journey(ann):
    ann.does("save", "start", kind="event", **{"n.event": "Order Completed", "n.typed": " Boots Cleaned "})
    assert draft()["start"]["event"] == "Boots Cleaned"
    page = ann.client.get(reverse("web:journey_edit", args=[ann.journey.id]) + "?step=start").content.decode()
    assert "<option selected>Boots Cleaned</option>" in page
    ann.look()
    actions.publish(journey_id=ann.journey.id, by="user:1", at=5)


def test_a_goal_can_be_a_condition(ann):
    ann.does("save", "goal", goal_kind="condition")
    assert draft()["goal"] == {"condition": {"all": [{"fact": "orders", "op": ">=", "value": 1}]}}
    page = ann.client.get(reverse("web:journey_edit", args=[ann.journey.id]) + "?step=goal").content.decode()
    assert "come to meet a condition" in page and "n.is" in page and "Whoever comes to meet" in page


def test_a_replay_names_the_facts_that_are_of_today(ann):
    both = [{"fact": "orders", "op": ">=", "value": 1}, {"event": "Order Completed", "op": ">=", "value": 1}]
    asked = {"id": "b", "kind": "branch", "yes": [], "no": [], "condition": {"all": both}}
    given = {"id": "f", "kind": "fact", "name": "welcomed", "value": True}
    tree = {"start": {"kind": "event", "event": "Signed Up"}, "steps": [asked, given]}
    actions.save_draft(journey_id=ann.journey.id, tree=tree, by="user:1", at=1)
    address = reverse("web:journey_rehearse", args=[ann.journey.id])
    page = ann.client.get(address + "?try=30").content.decode()
    assert "asked as they are today, because what they were then is not kept: Orders." in page
    assert "not kept:" not in ann.client.get(address + "?try=today").content.decode()


def test_a_journey_can_start_on_the_anniversary_of_a_first_order_or_once(ann):
    page = ann.client.get(reverse("web:journey_edit", args=[ann.journey.id]) + "?step=start").content.decode()
    ann.does("save", "start", kind="date", fact="first_order", days_before="3", yearly="on")
    assert draft()["start"] == {"kind": "date", "fact": "first_order", "days_before": 3, "yearly": True}
    ann.look()
    page = ann.does("save", "start", kind="date", fact="birthday").content.decode()
    assert draft()["start"]["yearly"] is False and "(once)" in page
    ann.look()
    ann.does("save", "start", kind="date", fact="first_order", yearly="on")
    actions.publish(journey_id=ann.journey.id, by="user:1", at=5)
