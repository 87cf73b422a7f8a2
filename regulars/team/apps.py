from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "regulars.team"
    label = "team"

    def ready(self) -> None:
        from regulars.team import sign_ins  # noqa: F401
