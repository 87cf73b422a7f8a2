"""The mail services, and what each calls its keys."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from regulars.channels.providers import Way


@dataclass(frozen=True)
class Service:
    """`key`, `second`, `domain`: the names of its settings in Anymail; `signing`: of the key that signs reports.

    `view`: its class for reports, empty where there are none.
    """

    label: str
    key: str = "api_key"
    second: str = ""
    domain: str = ""
    signing: str = ""
    view: str = ""


SERVICES = {
    "brevo": Service("Brevo", view="BrevoTrackingWebhookView"),
    "mailersend": Service("MailerSend", "api_token", signing="signing_secret", view="MailerSendTrackingWebhookView"),
    "mailgun": Service(
        "Mailgun", domain="sender_domain", signing="webhook_signing_key", view="MailgunTrackingWebhookView"
    ),
    "mailjet": Service("Mailjet", second="secret_key", view="MailjetTrackingWebhookView"),
    "mailtrap": Service("Mailtrap", "api_token", signing="signing_secret", view="MailtrapTrackingWebhookView"),
    "mandrill": Service("Mandrill", signing="webhook_key", view="MandrillCombinedWebhookView"),
    "postal": Service("Postal", signing="webhook_key", view="PostalTrackingWebhookView"),
    "postmark": Service("Postmark", "server_token", view="PostmarkTrackingWebhookView"),
    "resend": Service("Resend", view="ResendTrackingWebhookView"),
    "scaleway": Service("Scaleway", "secret_key", domain="project_id"),
    "sendgrid": Service("SendGrid", signing="tracking_webhook_verification_key", view="SendGridTrackingWebhookView"),
    "sparkpost": Service("SparkPost", view="SparkPostTrackingWebhookView"),
    "unisender_go": Service("Unisender Go", view="UnisenderGoTrackingWebhookView"),
}


def backend_of(way: Way) -> Any:
    """An Anymail backend with this account's settings. Raises ValueError with a sentence when one is missing."""
    from anymail.exceptions import AnymailConfigurationError

    name, service = service_of(way)
    module = import_module(f"anymail.backends.{name}")
    given = {service.key: way.secrets.get("key", "")}
    if service.second:
        given[service.second] = way.secrets.get("second", "")
    if service.domain and way.settings.get("domain"):
        given[service.domain] = way.settings["domain"]
    if way.settings.get("api_url"):
        given["api_url"] = way.settings["api_url"]
    try:
        return module.EmailBackend(fail_silently=False, **given)
    except AnymailConfigurationError:
        raise ValueError(f"{service.label} lacks a setting. Look at the server's page.") from None


def service_of(way: Way) -> tuple[str, Service]:
    """The chosen service. Raises ValueError with a sentence."""
    name = str(way.settings.get("service", ""))
    if name not in SERVICES:
        raise ValueError("Choose a mail service on the server's page.")
    if not way.secrets.get("key"):
        raise ValueError(f"{SERVICES[name].label} needs its API key. Give it on the server's page.")
    return name, SERVICES[name]
