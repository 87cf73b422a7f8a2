"""What the demo sends by: the catcher as its servers, senders, and the rules of a shop that does not pester."""

from __future__ import annotations

from urllib.parse import urlsplit

from regulars.channels.actions import add_server, change_server, save_sender, save_topic, set_cap, set_quiet_hours
from regulars.channels.models import Sender, Server, Topic

MAIL, SMS = "Mail catcher", "SMS catcher"
FROM = "hello@northgate.example"
TOPICS = (
    ("Soccer", "New boots and shirts, and what the Saturday league wears."),
    ("Running", "Shoes, routes, and the Sunday run from the Leeds store."),
    ("Outdoor", "Tents, jackets and weekend walks in the Dales."),
    ("Kids", "Sizes that grow with them, and the swap days."),
    ("In our stores", "Evenings, trials and sales near you."),
)
SMS_BODY = '{"to": {to}, "from": {from}, "text": {text}, "id": {id}, "report": {report}}'


def known_ports() -> tuple[int, int]:
    """The ports of the last time, 0 where there was none."""
    mail, sms = _server(MAIL), _server(SMS)
    return (
        int(mail.settings["port"]) if mail else 0,
        urlsplit(sms.settings["url"]).port or 0 if sms else 0,
    )


def point_at(ports: tuple[int, int], *, at: int) -> None:
    """Make the catcher's servers, or bring their ports up to date. Idempotent."""
    if known_ports() == ports:
        return
    mail = {"host": "127.0.0.1", "port": str(ports[0]), "tls": "none", "connections": "4", "hello": "localhost"}
    sms = {"url": f"http://127.0.0.1:{ports[1]}/send", "method": "POST", "body": SMS_BODY, "format": "json"}
    for name, kind, settings in ((MAIL, "smtp", mail), (SMS, "http_sms", sms)):
        found = _server(name)
        if found:
            change_server(server_id=found.id, name=name, settings=settings, secrets={}, by="system", at=at)
        else:
            add_server(name=name, kind=kind, settings=settings, secrets={}, by="system", at=at)


def _server(name: str) -> Server | None:
    return Server.objects.filter(name=name).first()


def set_up(*, at: int) -> int:
    """Senders, topics, quiet hours and caps; the number of the sender of mail. Idempotent."""
    found = Sender.objects.filter(address=FROM).first()
    return found.id if found else _set_up(at)


def _set_up(at: int) -> int:
    for name, description in TOPICS:
        if not Topic.objects.filter(name=name).exists():
            save_topic(name=name, description=description, by="system", at=at)
    set_quiet_hours(channel="email", start=2 * 60, end=6 * 60, weekdays_off=[], by="system", at=at)
    set_quiet_hours(channel="sms", start=22 * 60, end=7 * 60, weekdays_off=[], by="system", at=at)
    set_cap(most=4, days=7, by="system", at=at)
    set_cap(channel="sms", most=1, days=7, by="system", at=at)
    save_sender(name="Northgate", address="Northgate", channel="sms", by="system", at=at)
    return save_sender(name="Northgate Sports", address=FROM, reply_to=FROM, by="system", at=at).id


def topic_keys() -> list[str]:
    """The keys of the topics on offer."""
    return list(Topic.objects.filter(archived_us=None).order_by("order", "id").values_list("key", flat=True))
