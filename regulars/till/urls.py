"""Addresses of the shop counter."""

from django.urls import path

from regulars.till import views

app_name = "till"
urlpatterns = [
    path("", views.till, name="till"),
    path("let-in", views.let_in, name="let_in"),
    path("find", views.find, name="find"),
    path("code", views.code, name="code"),
    path("sales", views.sales, name="sales"),
    path("sync", views.sync, name="sync"),
    path("worker.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("devices", views.devices, name="devices"),
    path("devices/pair", views.pair, name="pair"),
    path("devices/<int:device_id>/revoke", views.revoke, name="revoke"),
    path("devices/counter", views.change_counter, name="change_counter"),
]
