from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "regulars.content"
    label = "content"
