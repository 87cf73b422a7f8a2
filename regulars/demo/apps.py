from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "regulars.demo"
    label = "demo"

    def ready(self) -> None:
        """Put the caught mail on the rail, and the demo's own networks in the place of the real ones."""
        from django.utils.translation import gettext_lazy as _

        from regulars.demo.voices.networks import stand_in
        from regulars.ui.places import Place, register
        from regulars.web.places import may

        stand_in()
        register(Place("caught", _("Caught mail"), "messages", "demo:caught", _("Demo"), may=may("messages.view")))
