"""Addresses that services call."""

from django.urls import path

from regulars.channels import views
from regulars.channels.networks import doors

app_name = "channels"
urlpatterns = [
    path("hooks/<int:server_id>/<str:secret>", views.called, name="hook"),
    path("hooks/accounts/<int:account_id>/<str:secret>", doors.called, name="account_hook"),
]
