"""Addresses of the shop counter."""

from django.urls import URLPattern

app_name = "till"
urlpatterns: list[URLPattern] = []
