"""Addresses of these pages."""

from django.urls import path

from regulars.web.pages.advice import lists, rules

urlpatterns = [
    path("recommendations", lists.hits, name="advice"),
    path("recommendations/now", lists.again, name="advice_now"),
    path("recommendations/together", lists.together, name="advice_together"),
    path("recommendations/person", lists.somebody, name="advice_somebody"),
    path("recommendations/products/<int:product_id>", lists.people, name="advice_people"),
    path("recommendations/rules", rules.rules, name="advice_rules"),
    path("recommendations/rules/settings", rules.settings, name="advice_settings"),
    path("recommendations/rules/add", rules.add, name="advice_rule_add"),
    path("recommendations/rules/<int:rule_id>/remove", rules.remove, name="advice_rule_remove"),
    path("people/<int:person_id>/recommendations", lists.of_person, name="person_advice"),
]
