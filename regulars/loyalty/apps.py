from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LoyaltyConfig(AppConfig):
    name = "regulars.loyalty"
    label = "loyalty"

    def ready(self) -> None:
        from regulars.loyalty.ledger.guards import after_migrating

        post_migrate.connect(after_migrating, sender=self, dispatch_uid="regulars.loyalty.guards")
