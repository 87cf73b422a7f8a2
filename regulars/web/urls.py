"""Addresses of the staff pages."""

from django.urls import path

from regulars.web.pages import (
    imports,
    people,
    person,
    retention,
    settings,
    sources,
    today,
    value,
)

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
    path("retention", retention.retention, name="retention"),
    path("value", value.value, name="value"),
    path("value/people", value.people, name="value_people"),
    path("sources", sources.sources, name="sources"),
    path("sources/new", sources.create, name="source_new"),
    path("sources/<int:source_id>", sources.source, name="source"),
    path("sources/<int:source_id>/change", sources.change, name="source_change"),
    path("sources/refused", sources.refused, name="refused"),
    path("sources/refused/replay", sources.replay, name="replay"),
    path("sources/properties", sources.properties, name="properties"),
    path("sources/properties/<int:property_id>", sources.declare, name="declare"),
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.imports, name="import_new"),
    path("imports/<int:import_id>", imports.imports, name="import"),
    path("settings", settings.business, name="settings"),
]
