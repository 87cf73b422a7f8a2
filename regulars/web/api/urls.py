"""Addresses of the REST API and its reference."""

from importlib import util

from django.urls import path

from regulars.web.api import events, facts, keys, people, sources
from regulars.web.api.frame import api
from regulars.web.api.reference import reference

for prefix, module in (
    ("/people", people),
    ("/facts", facts),
    ("/events", events),
    ("/sources", sources),
    ("/keys", keys),
):
    api.add_router(prefix, module.router)

if util.find_spec("regulars.segments.queries"):
    from regulars.web.api import segments

    api.add_router("/segments", segments.router)

urlpatterns = [path("v1/", api.urls), path("", reference, name="api_reference")]
