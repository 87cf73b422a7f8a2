"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.policy import drills, lessons, policy, standing, writing

urlpatterns: list[URLPattern] = [
    path("policy", policy.policy, name="policy"),
    path("policy/read", policy.read, name="policy_read"),
    path("policy/write", policy.write, name="policy_write"),
    path("policy/version/<int:number>", policy.version, name="policy_version"),
    path("policy/training", lessons.training, name="training"),
    path("policy/training/take", lessons.take, name="training_take"),
    path("policy/training/new", writing.new, name="lesson_new"),
    path("policy/training/<int:lesson_id>", lessons.lesson, name="lesson"),
    path("policy/training/<int:lesson_id>/test", lessons.test, name="lesson_test"),
    path("policy/training/<int:lesson_id>/edit", writing.edit, name="lesson_edit"),
    path("policy/training/<int:lesson_id>/archive", writing.archive, name="lesson_archive"),
    path("policy/practice", drills.drills, name="drills"),
    path("policy/practice/begin", drills.begin, name="drill_begin"),
    path("policy/practice/<int:drill_id>", drills.drill, name="drill"),
    path("policy/practice/<int:drill_id>/answer", drills.answer, name="drill_answer"),
    path("policy/practice/<int:drill_id>/judge", drills.judge, name="drill_judge"),
    path("policy/team", standing.standing, name="standing"),
    path("policy/team/rule", standing.rule, name="training_rule"),
    path("policy/team/grant", standing.grant, name="training_grant"),
    path("policy/team/grant/<int:grant_id>/end", standing.end, name="training_grant_end"),
]
