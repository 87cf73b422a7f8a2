"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.inbox import case, desk, listing, numbers

urlpatterns: list[URLPattern] = [
    path("inbox", listing.inbox, name="inbox"),
    path("inbox/seen", listing.seen, name="inbox_seen"),
    path("inbox/numbers", numbers.numbers, name="inbox_numbers"),
    path("inbox/desk", desk.desk, name="inbox_desk"),
    path("inbox/desk/<slug:kind>", desk.rule, name="inbox_rule"),
    path("inbox/<int:case_id>", case.case, name="case"),
    path("inbox/<int:case_id>/act", case.act, name="case_act"),
    path("inbox/<int:case_id>/looking", case.looking, name="case_looking"),
    path("people/<int:person_id>/cases", case.of_person, name="person_cases"),
]
