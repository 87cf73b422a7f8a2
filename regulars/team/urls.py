"""Addresses about staff: under /settings/ for who runs the team, the welcome link for who joins it."""

from django.urls import path

from regulars.team import links, views

app_name = "team"
urlpatterns = [
    path("welcome/<uidb64>/<token>/", links.Welcome.as_view(), name="welcome"),
    path("account/you/", views.own_details, name="own_details"),
    path("settings/team/", views.members, name="members"),
    path("settings/team/<int:user_id>/link", views.new_link, name="new_link"),
    path("settings/team/<int:user_id>/role", views.change_role, name="change_role"),
    path("settings/team/<int:user_id>/deactivate", views.deactivate, name="deactivate"),
    path("settings/team/<int:user_id>/reactivate", views.reactivate, name="reactivate"),
    path("settings/team/<int:user_id>/drop-second-factor", views.drop_second_factor, name="drop_second_factor"),
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<int:key_id>/revoke", views.revoke_key, name="revoke_key"),
    path("settings/audit/", views.audit_log, name="audit"),
]
