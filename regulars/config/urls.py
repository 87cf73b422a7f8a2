"""Every address, by face."""

from django.conf import settings
from django.urls import include, path

from regulars.ui.gallery import gallery

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("regulars.web.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/gallery", gallery))
