"""The WSGI door. Events take the short way past Django's middleware: they come a thousand times as often."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from regulars.events import edge  # noqa: E402 - models are there only now


def application(environ, start_response):
    """Tracking API or pages."""
    if edge.is_ours(environ):
        return edge.application(environ, start_response)
    return pages(environ, start_response)
