from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "regulars.team"
    label = "team"
