"""Addresses of the staff pages."""

from django.urls import path

from regulars.web.pages import settings

app_name = "web"
urlpatterns = [
    path("settings", settings.business, name="settings"),
]
