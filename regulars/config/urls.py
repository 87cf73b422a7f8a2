"""Every address, by face."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("regulars.web.urls")),
]
