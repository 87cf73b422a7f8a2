"""The WSGI door. Events take the short way past Django's middleware: they come a thousand times as often."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
