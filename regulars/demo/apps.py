from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "regulars.demo"
    label = "demo"

    def ready(self) -> None:
        """Put the caught mail on the rail."""
        from django.utils.translation import gettext_lazy as _

        from regulars.ui.places import Place, register
        from regulars.web.places import may

        register(Place("caught", _("Caught mail"), "messages", "demo:caught", _("Demo"), may=may("messages.view")))
