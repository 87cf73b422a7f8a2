"""Addresses that services call."""

from django.urls import path

from regulars.channels import views

app_name = "channels"
urlpatterns = [path("hooks/<int:server_id>/<str:secret>", views.called, name="hook")]
