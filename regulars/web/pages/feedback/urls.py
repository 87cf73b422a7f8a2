"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.feedback import answers, edit, figures, listing, topics

urlpatterns: list[URLPattern] = [
    path("surveys", listing.surveys, name="surveys"),
    path("surveys/new", edit.new, name="survey_new"),
    path("surveys/topics", topics.topics, name="survey_topics"),
    path("surveys/topics/save", topics.save, name="survey_topic_save"),
    path("surveys/texts/<int:said_id>", answers.judge, name="survey_judge"),
    path("surveys/responses/<int:response_id>", answers.leave_out, name="survey_leave_out"),
    path("surveys/<int:survey_id>", figures.survey, name="survey"),
    path("surveys/<int:survey_id>/act", figures.act, name="survey_act"),
    path("surveys/<int:survey_id>/answers", answers.answers, name="survey_answers"),
    path("surveys/<int:survey_id>/edit", edit.edit, name="survey_edit"),
    path("people/<int:person_id>/surveys", listing.person_surveys, name="person_surveys"),
]
