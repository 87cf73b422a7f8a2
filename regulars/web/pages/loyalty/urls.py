"""Addresses of these pages."""

from django.urls import path

from regulars.web.pages.loyalty import accounts, begin, members, overview, rules, settings, thresholds, tiers, wallets

urlpatterns = [
    path("loyalty/wallets", wallets.wallets, name="wallets"),
    path("loyalty/wallets/<slug:kind>/forget", wallets.forget, name="wallet_forget"),
    path("loyalty", overview.overview, name="loyalty"),
    path("loyalty/begin", begin.begin, name="loyalty_begin"),
    path("loyalty/again", overview.again, name="loyalty_again"),
    path("loyalty/members", members.members, name="members"),
    path("loyalty/members/<int:person_id>", members.one, name="member"),
    path("loyalty/members/<int:person_id>/give", members.give, name="member_give"),
    path("people/<int:person_id>/loyalty", members.panel, name="person_loyalty"),
    path("loyalty/rules", rules.rules, name="earning"),
    path("loyalty/rules/new", rules.rule, name="earning_new"),
    path("loyalty/rules/change", rules.change, name="earning_change"),
    path("loyalty/rules/test", rules.test, name="earning_test"),
    path("loyalty/rules/<slug:key>", rules.rule, name="earning_rule"),
    path("loyalty/tiers", tiers.tiers, name="tiers"),
    path("loyalty/thresholds", thresholds.thresholds, name="thresholds"),
    path("loyalty/thresholds/<int:threshold_id>/end", thresholds.end, name="threshold_end"),
    path("loyalty/liability", accounts.accounts, name="liability"),
    path("loyalty/liability/count", accounts.count, name="liability_count"),
    path("loyalty/liability/cohorts", accounts.cohorts_csv, name="cohorts_csv"),
    path("loyalty/liability/journal", accounts.journal_csv, name="journal_csv"),
    path("loyalty/settings", settings.settings, name="programme"),
    path("loyalty/settings/end", settings.end, name="programme_end"),
]
