"""Every address, by face."""

from django.conf import settings
from django.urls import include, path

from regulars.ui.gallery import gallery
from regulars.web.health import healthz, metrics

urlpatterns = [
    path("api/", include("regulars.web.api.urls")),  # first, for it is asked most
    path("healthz", healthz),
    path("metrics", metrics),
    path("account/", include("regulars.team.sign_in_urls")),
    path("", include("regulars.team.urls")),
    path("", include("regulars.web.urls")),
    path("", include("regulars.channels.urls")),
    path("", include("regulars.portal.urls")),
    path("till/", include("regulars.till.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/gallery", gallery))
