"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.facts import checking, listing, statement, writing

urlpatterns: list[URLPattern] = [
    path("facts", listing.facts, name="facts"),
    path("facts/new", writing.new, name="fact_new"),
    path("facts/check", checking.check, name="facts_check"),
    path("facts/let-pass", checking.passed, name="facts_passed"),
    path("facts/<int:statement_id>", statement.statement, name="fact"),
    path("facts/<int:statement_id>/edit", writing.edit, name="fact_edit"),
    path("facts/<int:statement_id>/act", statement.act, name="fact_act"),
]
