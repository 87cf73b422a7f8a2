"""Addresses of customers' pages, and of the staff's page about forms."""

from django.urls import path

from regulars.portal.views import (
    evenings,
    forms,
    friends,
    joining,
    links,
    loyalty,
    preferences,
    short,
    surveys,
    unsubscribing,
)

app_name = "portal"
urlpatterns = [
    path("l/<str:token>", links.click, name="click"),
    path("g/<slug:code>", short.lead_on, name="short"),
    path("o/<str:token>.gif", links.opened, name="opened"),
    path("v/<str:token>", links.view, name="view"),
    path("u/<str:token>", unsubscribing.unsubscribe_page, name="unsubscribe"),
    path("p/<str:token>", preferences.ask_for_link, name="ask_for_link"),
    path("i/<str:token>", evenings.invitation, name="invitation"),
    path("in/<str:token>", preferences.enter, name="enter"),
    path("preferences", preferences.preferences, name="preferences"),
    path("preferences/leave", preferences.leave, name="leave"),
    path("my/loyalty", loyalty.page, name="loyalty"),
    path("my/loyalty/card.pkpass", loyalty.card, name="loyalty_card"),
    path("my/loyalty/take", loyalty.take, name="loyalty_take"),
    path("my/loyalty/join", loyalty.join, name="loyalty_join"),
    path("r/<str:code>", friends.came, name="friend"),
    path("join/<slug:slug>", joining.hosted, name="join"),
    path("join/<slug:slug>/embed", joining.embedded, name="embed"),
    path("confirm/<str:token>", joining.confirm_page, name="confirm"),
    path("s/o/<slug:slug>", surveys.opened, name="survey_open"),
    path("s/o/<slug:slug>/<slug:place>", surveys.opened, name="survey_open_at"),
    path("s/t/<slug:slug>", surveys.at_till, name="survey_till"),
    path("s/c/<str:token>", surveys.going_on, name="survey_going_on"),
    path("s/<str:token>", surveys.invited, name="survey"),
    path("s/<str:token>/<int:value>", surveys.invited, name="survey_value"),
    path("forms", forms.forms_page, name="forms"),
    path("forms/new", forms.form_page, name="form_new"),
    path("forms/<int:form_id>", forms.form_page, name="form"),
    path("forms/<int:form_id>/archive", forms.archive, name="form_archive"),
]
