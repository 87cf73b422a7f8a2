from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "regulars.inbox"
    label = "inbox"
