"""Addresses of the staff pages."""

from django.urls import path

from regulars.web import health
from regulars.web.pages import (
    cohort,
    connections,
    duplicates,
    imports,
    lists,
    mapping,
    people,
    person,
    repeat,
    retention,
    segment_form,
    segments,
    settings,
    sources,
    today,
    value,
)
from regulars.web.pages.advice.urls import urlpatterns as advice
from regulars.web.pages.content.urls import urlpatterns as content
from regulars.web.pages.delivery.urls import urlpatterns as delivery
from regulars.web.pages.facts.urls import urlpatterns as facts
from regulars.web.pages.feedback.urls import urlpatterns as feedback
from regulars.web.pages.inbox.urls import urlpatterns as inbox
from regulars.web.pages.journeys.urls import urlpatterns as journeys
from regulars.web.pages.listening.urls import urlpatterns as listening
from regulars.web.pages.loyalty.urls import urlpatterns as loyalty
from regulars.web.pages.messages.urls import urlpatterns as messages
from regulars.web.pages.networks.urls import urlpatterns as networks
from regulars.web.pages.policy.urls import urlpatterns as policy
from regulars.web.pages.publish.urls import urlpatterns as publish
from regulars.web.pages.referrals.urls import urlpatterns as referrals
from regulars.web.pages.rewards.urls import urlpatterns as rewards
from regulars.web.pages.social.urls import urlpatterns as social
from regulars.web.pages.understanding.urls import urlpatterns as understanding

app_name = "web"
urlpatterns = [
    path("", today.today, name="today"),
    path("drifting", today.drifting, name="drifting"),
    path("people", people.people, name="people"),
    path("people/<int:person_id>", person.person, name="person"),
    path("people/<int:person_id>/timeline", person.timeline, name="timeline"),
    path("people/<int:person_id>/export", person.export, name="person_export"),
    path("people/<int:person_id>/erase", person.erase, name="person_erase"),
    path("people/<int:person_id>/merge", person.merge, name="person_merge"),
    path("people/links/<int:link_id>/undo", person.undo_link, name="undo_link"),
    path("duplicates", duplicates.duplicates, name="duplicates"),
    path("duplicates/look", duplicates.look, name="look"),
    path("duplicates/<int:suggestion_id>", duplicates.decide, name="decide"),
    path("duplicates/sure", duplicates.sure, name="sure"),
    path("duplicates/merged/<int:acceptance_id>", duplicates.merging, name="merging"),
    path("duplicates/merged/<int:acceptance_id>/undo", duplicates.unmerge, name="unmerge"),
    path("duplicates/quarantine", duplicates.quarantine, name="quarantine"),
    path("duplicates/quarantine/release", duplicates.release, name="release"),
    path("segments", segments.segments, name="segments"),
    path("segments/new", segment_form.new, name="segment_new"),
    path("segments/new-list", lists.new, name="list_new"),
    path("segments/preview", segment_form.preview, name="segment_preview"),
    path("segments/<int:segment_id>", segments.segment, name="segment"),
    path("segments/<int:segment_id>/edit", segment_form.edit, name="segment_edit"),
    path("segments/<int:segment_id>/people", lists.edit, name="list_edit"),
    path("segments/<int:segment_id>/people/change", lists.change, name="list_change"),
    path("segments/<int:segment_id>/people/rename", lists.rename, name="list_rename"),
    path("segments/<int:segment_id>/archive", segments.archive, name="segment_archive"),
    path("retention", retention.retention, name="retention"),
    path("retention/people", cohort.cohort, name="cohort"),
    path("retention/again", repeat.repeat, name="repeat"),
    path("value", value.value, name="value"),
    path("value/people", value.people, name="value_people"),
    path("sources", sources.sources, name="sources"),
    path("sources/new", sources.create, name="source_new"),
    path("sources/<int:source_id>", sources.source, name="source"),
    path("sources/<int:source_id>/change", sources.change, name="source_change"),
    path("sources/connect/<str:kind>", connections.connect, name="connect"),
    path("sources/<int:source_id>/connection", connections.connection, name="connection"),
    path("sources/<int:source_id>/connection/act", connections.act, name="connection_act"),
    path("sources/<int:source_id>/mapping", mapping.mapping, name="mapping"),
    path("sources/requests", connections.requests, name="privacy_requests"),
    path("sources/requests/<int:request_id>", connections.settle, name="privacy_settle"),
    path("sources/refused", sources.refused, name="refused"),
    path("sources/refused/replay", sources.replay, name="replay"),
    path("sources/properties", sources.properties, name="properties"),
    path("sources/properties/<int:property_id>", sources.declare, name="declare"),
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.new, name="import_new"),
    path("imports/new/<str:token>", imports.columns, name="import_columns"),
    path("imports/<int:import_id>", imports.one, name="import"),
    path("imports/<int:import_id>/progress", imports.progress, name="import_progress"),
    path("imports/<int:import_id>/change", imports.change, name="import_change"),
    path("imports/<int:import_id>/errors", imports.errors, name="import_errors"),
    path("settings", settings.business, name="settings"),
    path("settings/health", health.health, name="health"),
    *content,
    *messages,
    *journeys,
    *delivery,
    *inbox,
    *networks,
    *publish,
    *facts,
    *social,
    *policy,
    *feedback,
    *listening,
    *loyalty,
    *rewards,
    *referrals,
    *advice,
    *understanding,
]
