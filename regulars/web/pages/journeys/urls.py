"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
