"""E-mail by the mail services that django-anymail knows, and their reports of what became of it."""

from __future__ import annotations

from regulars.channels.providers import Field, Way
from regulars.channels.providers.anymail.carrier import ServiceCarrier
from regulars.channels.providers.anymail.catalogue import SERVICES
from regulars.channels.providers.anymail.reports import webhook

CHANNEL = "email"
LABEL = "Mail service"
CHOICES = tuple((key, service.label) for key, service in SERVICES.items())
FIELDS = (
    Field("service", "Service", "choice", "mailgun", required=True, choices=CHOICES),
    Field("key", "API key or token", "password", required=True),
    Field("second", "Second secret", "password", help="Only Mailjet: its secret key."),
    Field("domain", "Domain or project", help="Mailgun: the sending domain. Scaleway: the project id."),
    Field(
        "api_url", "Address of the API", help="Only for a region or server of its own, such as Mailgun's in the EU."
    ),
    Field("signing", "Webhook signing key", "password", help="Checks that reports are the service's own."),
    Field("requests", "Requests at once", "number", "8"),
)


def open(server: Way) -> ServiceCarrier:
    """A carrier for this account."""
    return ServiceCarrier(server)


__all__ = ["CHANNEL", "FIELDS", "LABEL", "ServiceCarrier", "open", "webhook"]
