"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.networks import accounts, letting

urlpatterns: list[URLPattern] = [
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new/<slug:kind>", accounts.connect, name="account_new"),
    path("accounts/let-in", letting.back, name="account_let_in"),
    path("accounts/<int:account_id>/let-in", letting.again, name="account_let_in_again"),
    path("accounts/<int:account_id>", accounts.account, name="account"),
    path("accounts/<int:account_id>/act", accounts.act, name="account_act"),
]
