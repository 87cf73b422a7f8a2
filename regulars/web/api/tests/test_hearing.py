"""Cases and surveys over the API: read as the pages show them, with the same permissions and the same silence."""

import pytest

from regulars.core.clock import DAY, now_us
from regulars.feedback import actions as feedback
from regulars.feedback.tests.cast import asked, running, someone
from regulars.inbox.actions import open_case, write_note

pytestmark = pytest.mark.django_db


def test_cases_are_read_with_their_person_and_what_was_said(ask, anna):
    at = now_us()
    case = open_case(
        origin="x:1", kind="detractor", title="2 of 10", node_id=anna, body="Late", said_by="person", at=at
    )
    write_note(case_id=case, text="Call on Monday", by="user:1", at=at)
    (row,) = ask("GET", "/cases").json()["items"]
    assert (row["id"], row["person_id"], row["owner"]) == (case, anna, "")
    whole = ask("GET", f"/cases/{case}").json()
    assert [(one["kind"], one["text"]) for one in whole["entries"]] == [("said", "Late"), ("note", "Call on Monday")]
    assert ask("GET", "/cases", owner="user:9").json()["items"] == []
    assert ask("GET", "/cases/999").status_code == 404
    assert ask("GET", "/cases", after="x").status_code == 422


def test_pages_of_cases_lead_to_the_next(ask):
    for n in range(5):
        open_case(origin=f"x:{n}", kind="task", title="Call", node_id=None, at=now_us())
    seen, after = [], ""
    while after is not None:
        page = ask("GET", "/cases", limit=2, after=after).json()
        seen += [row["id"] for row in page["items"]]
        after = page["after"]
    assert len(seen) == len(set(seen)) == 5


def test_a_score_comes_with_its_interval_and_the_response_rate(ask):
    survey = running()
    for n, score in enumerate((9, 10, 3)):
        one = asked(survey, someone(f"p{n}"))
        feedback.answer(invitation_id=one.id, said={"score": str(score)}, at=one.invited_us + DAY)
    asked(survey, someone("silent"))
    found = ask("GET", f"/surveys/{survey.id}/score").json()
    assert found["parts"] == {"promoter": 2, "passive": 0, "detractor": 1}
    assert (found["answers"], found["asked"], found["answered"]) == (3, 4, 3)
    assert found["score"]["low"] < found["score"]["value"] < found["score"]["high"]
    assert len(ask("GET", f"/surveys/{survey.id}/responses").json()["items"]) == 3
    assert ask("GET", f"/surveys/{survey.id}/scores", by="store").json()[0]["score"]["answers"] == 3
    assert ask("GET", "/surveys/999/score").status_code == 404


def test_anonymous_answers_stay_silent_until_there_are_enough(ask):
    survey = running(anonymous=True, smallest_group=3)
    for n in range(3):
        assert ask("GET", f"/surveys/{survey.id}/score").json()["answers"] == 0
        assert ask("GET", f"/surveys/{survey.id}/responses").json()["items"] == []
        one = asked(survey, someone(f"p{n}"))
        feedback.answer(invitation_id=one.id, said={"score": "5"}, at=one.invited_us + n)
    rows = ask("GET", f"/surveys/{survey.id}/responses").json()["items"]
    assert [row["person_id"] for row in rows] == [None] * 3
    assert len({row["answered_us"] for row in rows}) == 1
