"""Addresses of the REST API and its reference."""

from django.urls import path

from regulars.web.api import (
    broadcasts,
    events,
    facts,
    hearing,
    journeys,
    keys,
    messages,
    people,
    points,
    segments,
    sources,
    vouchers,
)
from regulars.web.api.frame import api
from regulars.web.api.reference import reference

for prefix, module in (
    ("/people", people),
    ("/segments", segments),
    ("/facts", facts),
    ("/events", events),
    ("/sources", sources),
    ("/messages", messages),
    ("/broadcasts", broadcasts),
    ("/journeys", journeys),
    ("/points", points),
    ("/vouchers", vouchers),
    ("/keys", keys),
):
    api.add_router(prefix, module.router)
api.add_router("/cases", hearing.cases)
api.add_router("/surveys", hearing.surveys)
api.add_router("/suppressions", messages.suppressions)

urlpatterns = [path("v1/", api.urls), path("", reference, name="api_reference")]
