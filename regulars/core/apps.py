from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "regulars.core"
    label = "core"

    def ready(self) -> None:
        """Load every room's plugs and reactions, and set up connections to the databases."""
        from regulars.core import plugs, postgresql, sqlite

        sqlite.connect()
        postgresql.connect()
        plugs.discover()
