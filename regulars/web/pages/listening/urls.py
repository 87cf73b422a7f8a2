"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.listening import alerts, edit, helping, mentions, overview, pains, topic

urlpatterns: list[URLPattern] = [
    path("listening", overview.listening, name="listening"),
    path("listening/new", edit.new, name="topic_new"),
    path("listening/preview", edit.preview, name="topic_preview"),
    path("listening/alerts", alerts.alerts, name="listening_alerts"),
    path("listening/alerts/<int:alert_id>", alerts.alert, name="alert"),
    path("listening/alerts/<int:alert_id>/judge", alerts.judge, name="alert_judge"),
    path("listening/alerts/<int:alert_id>/close", alerts.close, name="alert_close"),
    path("listening/alerts/<int:alert_id>/chart", alerts.chart, name="alert_chart"),
    path("listening/voice", overview.voice, name="listening_voice"),
    path("listening/help", helping.wanted, name="listening_help"),
    path("listening/help/<int:item_id>", helping.take, name="listening_take"),
    path("listening/read/<int:item_id>", mentions.judge_text, name="listening_judge"),
    path("listening/pains", pains.every, name="listening_pains"),
    path("listening/<int:topic_id>", topic.topic, name="topic"),
    path("listening/<int:topic_id>/chart", topic.chart, name="topic_chart"),
    path("listening/<int:topic_id>/edit", edit.edit, name="topic_edit"),
    path("listening/<int:topic_id>/matching", edit.matching, name="topic_matching"),
    path("listening/<int:topic_id>/archive", edit.archive, name="topic_archive"),
    path("listening/<int:topic_id>/mentions", mentions.mentions, name="topic_mentions"),
    path("listening/<int:topic_id>/pains", pains.pains, name="topic_pains"),
]
