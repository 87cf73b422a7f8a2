"""The WSGI door. Events take the short way past Django's middleware: they come a thousand times as often."""

import os
import signal

from regulars.core.worker.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
if "REGULARS_SUPERVISED" in os.environ:
    # a server whose supervisor was killed, even before this line, would keep the port and answer beside its successor
    die_with_parent(int(os.environ["REGULARS_SUPERVISED"]), sign=signal.SIGKILL)

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - apps are there only now

from regulars.config.server import wait_for_go  # noqa: E402
from regulars.events import edge  # noqa: E402
from regulars.events.sources import door  # noqa: E402
from regulars.web.api import door as programs  # noqa: E402

api = programs.Door()

_ = get_resolver().url_patterns  # all pages load now, not while the first visitor waits
wait_for_go()


def application(environ, start_response):
    """Tracking API, webhooks, REST API or pages."""
    if edge.is_ours(environ):
        return edge.application(environ, start_response)
    if door.is_ours(environ):
        return door.application(environ, start_response)
    if programs.is_ours(environ):
        return api(environ, start_response)
    return pages(environ, start_response)
