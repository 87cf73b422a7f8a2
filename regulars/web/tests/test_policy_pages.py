"""The pages of policy, training and practice."""

import pytest
from django.urls import reverse

from regulars.channels.networks.models import Post
from regulars.core.clock import now_us
from regulars.core.models import QueuedJob
from regulars.team import actions as team
from regulars.team.drills.scenarios import SCENARIOS
from regulars.team.models import Drill, Lesson, Policy
from regulars.team.policy.parts import PARTS, starting_parts
from regulars.team.queries import is_trained
from regulars.team.training import queries
from regulars.web.pages.policy.writing import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(business, at):
    return {
        name: team.add_member(email=f"{name.lower()}@example.com", name=name, role=role, by="system", at=at)
        for name, role in (("Olga", "owner"), ("Mia", "marketer"), ("Ari", "agent"))
    }


def text(answer) -> str:
    return answer.content.decode()


def test_the_policy_begins_with_our_text_and_is_read_by_everybody(client, crew, at):
    client.force_login(crew["Mia"])
    assert "Begin with our text" in text(client.get(reverse("web:policy")))
    assert client.get(reverse("web:policy_write")).context["form"].initial == starting_parts()
    client.post(reverse("web:policy_write"), starting_parts() | {"again": "on"})
    assert set(Policy.objects.get().parts) == set(PARTS)
    client.force_login(crew["Ari"])
    shown = text(client.get(reverse("web:policy")))
    assert "You have not said yet" in shown and "<strong>answer</strong>" in shown
    client.post(reverse("web:policy_read"), {"number": 1})
    assert "You have read it" in text(client.get(reverse("web:policy")))
    assert client.post(reverse("web:policy_write"), {"who": "x"}).status_code == 403


def test_what_colleagues_write_is_shown_as_text_and_never_acts(client, crew, at):
    client.force_login(crew["Mia"])
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) **bold** <b onclick=x>b</b>"
    client.post(reverse("web:policy_write"), {"who": evil})
    shown = text(client.get(reverse("web:policy")))
    assert "<script>alert" not in shown and 'href="javascript' not in shown and "<b onclick" not in shown
    assert "<strong>bold</strong>" in shown


def test_the_next_version_says_what_is_different_and_earlier_ones_can_be_read(client, crew, at):
    client.force_login(crew["Mia"])
    client.post(reverse("web:policy_write"), {"who": "All."})
    assert client.post(reverse("web:policy_write"), {"who": "Few."}).status_code == 422
    client.post(reverse("web:policy_write"), {"who": "Few.", "changed": "Fewer people."})
    assert "Fewer people." in text(client.get(reverse("web:policy")))
    assert "it no longer counts" in text(client.get(reverse("web:policy_version", args=[1])))


def test_lessons_are_taken_in_read_and_passed(client, crew, at):
    client.force_login(crew["Olga"])
    client.post(reverse("web:training_take"), {"key": ["in-public", "only-what-is-true"]})
    client.post(reverse("web:training_rule"), {"needed": "yes"})
    assert Lesson.objects.count() == 2
    ari = crew["Ari"]
    client.force_login(ari)
    assert "You may not speak in public yet." in text(client.get(reverse("web:training")))
    for lesson in queries.lessons():
        page, test = reverse("web:lesson", args=[lesson.id]), reverse("web:lesson_test", args=[lesson.id])
        assert '<span class="tag good">right</span>' not in text(client.get(page))
        wrong = client.post(test, {"q0": "0"}, follow=True)
        assert "The reasons stand below" in text(wrong)
        right = {f"q{place}": one["right"] for place, one in enumerate(lesson.questions)}
        assert "Passed:" in text(client.post(test, right, follow=True))
    assert is_trained(ari.id, "public", now_us())
    assert "everything that is asked for is done" in text(client.get(reverse("web:training")))


def test_nobody_has_read_a_policy_that_is_not_there_and_a_lesson_comes_before_asking_for_it(client, crew, at):
    client.force_login(crew["Olga"])
    page = client.get(reverse("web:standing")).content.decode()
    assert ">read<" not in page and "take in a lesson first" in page and "disabled" not in page


def test_an_owner_gives_leave_for_the_first_days_and_ends_it(client, crew, at):
    client.force_login(crew["Olga"])
    client.post(reverse("web:training_take"), {"key": ["in-public"]})
    client.post(reverse("web:training_rule"), {"needed": "yes"})
    assert "0 of 3 may speak in public" in text(client.get(reverse("web:standing")))
    asked = {"user": crew["Ari"].id, "days": 5, "why": ""}
    assert client.post(reverse("web:training_grant"), asked).status_code == 422
    client.post(reverse("web:training_grant"), asked | {"why": "First week"})
    assert "1 of 3 may speak in public" in text(client.get(reverse("web:standing")))
    client.post(reverse("web:training_grant_end", args=[queries.grants(at=at)[0].id]))
    assert "0 of 3 may speak in public" in text(client.get(reverse("web:standing")))
    client.force_login(crew["Mia"])
    assert client.post(reverse("web:training_grant"), asked).status_code == 403


def test_a_lesson_is_written_as_text_and_comes_back_the_same(client, crew, at):
    client.force_login(crew["Mia"])
    said = {"title": "Our tone", "text": "Short.", "share": 50, "days": 0, "needed": "on"}
    questions = "How do we sound?\n* Kind\n- Loud\n= People read along.\n\nWhat else?\n- Long\n* Brief"
    client.post(reverse("web:lesson_new"), said | {"questions": questions})
    made = Lesson.objects.get()
    assert (made.share, made.days, made.questions[0]["right"]) == (0.5, None, [0])
    assert written(made.questions) == questions
    client.post(reverse("web:lesson_edit", args=[made.id]), said | {"questions": questions + "\n- Rude"})
    made.refresh_from_db()
    assert made.version == 2 and len(made.questions[1]["answers"]) == 3
    assert client.post(reverse("web:lesson_new"), said | {"questions": "Only a question?"}).status_code == 422
    client.post(reverse("web:lesson_archive", args=[made.id]))
    assert queries.lessons() == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_practice_is_played_scored_judged_and_sends_nothing(client, crew, at, scenario):
    client.force_login(crew["Ari"])
    client.post(reverse("web:drill_begin"), {"scenario": scenario})
    drill = Drill.objects.get()
    page, answer = reverse("web:drill", args=[drill.id]), reverse("web:drill_answer", args=[drill.id])
    assert "PRACTICE: nothing is sent" in text(client.get(page))
    before = Post.objects.count(), QueuedJob.objects.count()
    for turn in range(len(SCENARIOS[scenario].lines)):
        client.post(answer, {"turn": turn, "text": "You should have read the label. It is all fixed."})
        client.post(answer, {"turn": turn, "text": "Once more"})
    drill.refresh_from_db()
    assert drill.ended_us and drill.points < 60 and (Post.objects.count(), QueuedJob.objects.count()) == before
    assert "A good answer:" in text(client.get(page))
    client.force_login(crew["Mia"])
    assert "Ari" in text(client.get(reverse("web:drills")))
    client.post(reverse("web:drill_judge", args=[drill.id]), {"points": 3, "said": "Kinder, please."})
    client.force_login(crew["Ari"])
    assert "Kinder, please." in text(client.get(page))


def test_a_practice_that_goes_on_is_nobody_elses_to_see_or_to_answer(client, crew, at):
    client.force_login(crew["Ari"])
    client.post(reverse("web:drill_begin"), {"scenario": "rumour"})
    drill = Drill.objects.get()
    client.force_login(crew["Mia"])
    assert client.get(reverse("web:drill", args=[drill.id])).status_code == 404
    assert client.post(reverse("web:drill_answer", args=[drill.id]), {"turn": 0, "text": "x"}).status_code == 404


def test_the_gate_knows_the_facts_of_the_practice_and_no_others(client, crew, at):
    client.force_login(crew["Ari"])
    client.post(reverse("web:drill_begin"), {"scenario": "question"})
    drill = Drill.objects.get()
    answer = reverse("web:drill_answer", args=[drill.id])
    client.post(answer, {"turn": 0, "text": "The shop opens at 9:00 on Saturday."})
    client.post(answer, {"turn": 1, "text": "It costs £5."})
    shown = text(client.get(reverse("web:drill", args=[drill.id])))
    assert "100 of 100" in shown and "something else" in shown
