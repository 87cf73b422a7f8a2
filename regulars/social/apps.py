from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "regulars.social"
    label = "social"
