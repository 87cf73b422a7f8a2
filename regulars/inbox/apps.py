from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InboxConfig(AppConfig):
    name = "regulars.inbox"
    label = "inbox"

    def ready(self) -> None:
        from regulars.inbox.searching import after_migrating

        post_migrate.connect(after_migrating, sender=self, dispatch_uid="regulars.inbox.searching")
