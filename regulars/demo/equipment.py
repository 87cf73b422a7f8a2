"""What the demo sends by: the catcher as its servers, a sender, and the rules of a shop that does not pester."""

from __future__ import annotations

from regulars.channels.actions import save_sender, save_server, save_topic, set_cap, set_quiet_hours
from regulars.channels.models import Sender, Server, Topic

MAIL, SMS = "Mail catcher", "SMS catcher"
FROM = "hello@northgate.example"
TOPICS = (
    ("soccer", "Soccer", "New boots and shirts, and what the Saturday league wears."),
    ("running", "Running", "Shoes, routes, and the Sunday run from the Leeds store."),
    ("outdoor", "Outdoor", "Tents, jackets and weekend walks in the Dales."),
    ("kids", "Kids", "Sizes that grow with them, and the swap days."),
    ("events", "In our stores", "Evenings, trials and sales near you."),
)
SMS_BODY = '{"to": {to}, "from": {from}, "text": {text}, "id": {id}, "report": {report}}'


def known_ports() -> tuple[int, int]:
    """The ports of the last time, 0 where there was none."""
    mail, sms = (Server.objects.filter(name=name).first() for name in (MAIL, SMS))
    return (
        int(mail.settings["port"]) if mail else 0,
        int(sms.settings["url"].split(":")[2].split("/")[0]) if sms else 0,
    )


def point_at(ports: tuple[int, int], *, at: int) -> None:
    """Make the catcher's servers, or bring their ports up to date. Idempotent."""
    if known_ports() == ports:
        return
    ids = {name: Server.objects.filter(name=name).values_list("id", flat=True).first() for name in (MAIL, SMS)}
    mail = {"host": "127.0.0.1", "port": str(ports[0]), "tls": "none", "connections": "4", "hello": "localhost"}
    sms = {"url": f"http://127.0.0.1:{ports[1]}/send", "method": "POST", "body": SMS_BODY, "format": "json"}
    save_server(server_id=ids[MAIL], name=MAIL, kind="smtp", settings=mail, by="system", at=at)
    save_server(server_id=ids[SMS], name=SMS, kind="http_sms", settings=sms, by="system", at=at)


def set_up(*, at: int) -> int:
    """Sender, topics, quiet hours and caps; the sender's number. Idempotent."""
    found = Sender.objects.filter(address=FROM).first()
    if found:
        return found.id
    for order, (key, name, description) in enumerate(TOPICS):
        save_topic(key=key, name=name, description=description, order=order, by="system", at=at)
    set_quiet_hours(channel="email", start=2 * 60, end=6 * 60, by="system", at=at)
    set_quiet_hours(channel="sms", start=20 * 60, end=9 * 60, by="system", at=at)
    set_cap(most=4, days=7, by="system", at=at)
    set_cap(most=1, days=7, channel="sms", by="system", at=at)
    save_sender(name="Northgate", address="Northgate", channel="sms", by="system", at=at)
    return save_sender(name="Northgate Sports", address=FROM, reply_to=FROM, by="system", at=at).id


def topic_keys() -> list[str]:
    """The keys of the topics on offer."""
    return list(Topic.objects.filter(archived_us=None).order_by("order").values_list("key", flat=True))
