"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.publish import acting, again, brake, calendar, lists, plan, queues, ruling, working

urlpatterns: list[URLPattern] = [
    path("publish", calendar.calendar, name="publish"),
    path("publish/move", calendar.move, name="publish_move"),
    path("publish/new", plan.new, name="publish_new"),
    path("publish/create", plan.save, name="publish_create"),
    path("publish/preview", plan.preview, name="publish_preview"),
    path("publish/<int:plan_id>", plan.plan, name="publish_plan"),
    path("publish/<int:plan_id>/save", plan.save, name="publish_save"),
    path("publish/<int:plan_id>/act", acting.act, name="publish_act"),
    path("publish/waiting", lists.waiting, name="publish_waiting"),
    path("publish/ideas", lists.ideas, name="publish_ideas"),
    path("publish/ideas/take", lists.take, name="publish_take"),
    path("publish/queues", queues.queues, name="publish_queues"),
    path("publish/queues/change", queues.change, name="publish_slots"),
    path("publish/series", again.series, name="publish_series"),
    path("publish/series/keep", again.keep, name="publish_series_keep"),
    path("publish/campaigns", ruling.drives, name="publish_drives"),
    path("publish/campaigns/keep", ruling.keep, name="publish_drive"),
    path("publish/works", working.formats, name="publish_formats"),
    path("publish/works/<int:shift_id>", working.seen, name="publish_shift"),
    path("publish/rules", ruling.rules, name="publish_rules"),
    path("publish/rules/change", ruling.change, name="publish_rules_change"),
    path("publish/stop", brake.stop, name="publish_stop"),
    path("publish/stand", brake.stand, name="publish_stand"),
    path("publish/release", brake.release, name="publish_release"),
]
