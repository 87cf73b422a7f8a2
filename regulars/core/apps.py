from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "regulars.core"
    label = "core"

    def ready(self) -> None:
        """Load every room's plugs and reactions, and set up SQLite connections."""
        from regulars.core import plugs, sqlite

        sqlite.connect()
        plugs.discover()
