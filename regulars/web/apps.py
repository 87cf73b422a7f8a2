from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "regulars.web"
    label = "web"

    def ready(self) -> None:
        """Put the staff pages on the rail."""
        from regulars.web.places import put_on_rail

        put_on_rail()
