"""Addresses of the staff pages."""

from django.urls import path

from regulars.web.pages import people, settings

app_name = "web"
urlpatterns = [
    path("people", people.people, name="people"),
    path("settings", settings.business, name="settings"),
    path("settings/team", settings.team, name="team"),
    path("settings/team/<int:user_id>", settings.member, name="member"),
    path("settings/keys", settings.keys, name="keys"),
    path("settings/keys/<int:key_id>/revoke", settings.revoke_key, name="revoke_key"),
    path("settings/audit", settings.audit, name="audit"),
]
