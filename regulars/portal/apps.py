from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "regulars.portal"
    label = "portal"

    def ready(self) -> None:
        """Put the staff's page about forms on the rail."""
        from regulars.portal.places import put_on_rail

        put_on_rail()
