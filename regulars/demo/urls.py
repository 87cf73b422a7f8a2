"""Addresses of the demo: those of the house, the caught mail, and a web shop for links to lead to."""

from __future__ import annotations

from django.urls import include, path

from regulars.config.urls import urlpatterns as house
from regulars.demo.catcher import pages

caught = [
    path("caught", pages.caught, name="caught"),
    path("caught/<int:caught_id>", pages.one, name="one"),
    path("caught/<int:caught_id>/frame", pages.frame, name="frame"),
    path("caught/<int:caught_id>/answer", pages.answer, name="answer"),
    path("shop/", pages.shop, name="shop"),
    path("shop/<path:path>", pages.shop, name="shop_page"),
]
urlpatterns = [*house, path("", include((caught, "demo")))]
