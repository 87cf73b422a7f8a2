"""SMS against a real gateway: Debian's Kannel with its fake SMSC (apt install kannel kannel-extras)."""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import time
from urllib.parse import unquote_plus

import pytest
from django.conf import settings as django_settings

from regulars.channels.models import Feedback, Server
from regulars.channels.providers import From, Parcel, hook_path, http_sms
from regulars.channels.views import way_of
from regulars.people.actions import ConsentSaid, Sighting, record_sightings
from regulars.people.queries import consent_state

FAKE = "/usr/lib/kannel/test/fakesmsc"
PHONE = "+447700900123"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (shutil.which("bearerbox") and shutil.which(FAKE)),
        reason="Kannel is not installed (kannel, kannel-extras)",
    ),
]
CONF = """
group = core
admin-port = {admin}
admin-password = x
smsbox-port = {boxes}
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}

group = sendsms-user
username = shop
password = pw

group = sms-service
keyword = default
get-url = "{hook}?from=%p&text=%a&ref=%I"
max-messages = 0
catch-all = true
"""
SEND = (
    "http://127.0.0.1:{http}/cgi-bin/sendsms?username=shop&password=pw&charset=utf-8&coding=0&dlr-mask=3"
    "&from={{from}}&to={{to}}&text={{text}}&dlr-url={{report}}%26status%3D%25d"
)


@pytest.fixture
def ports() -> dict[str, int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
    numbers = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return dict(zip(("admin", "boxes", "smsc", "http"), numbers, strict=True))


@pytest.fixture
def server(business, at, live_server, ports, monkeypatch) -> Server:
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    monkeypatch.setattr(django_settings, "PUBLIC_URL", live_server.url)
    said = {"url": SEND.format(**ports), "method": "GET", "accepted": "^0: Accepted", "report_id": "ref"}
    return Server.objects.create(name="Kannel", channel="sms", kind="http_sms", settings=said, created_us=at)


@pytest.fixture
def phones(server, live_server, ports, tmp_path):
    """Kannel runs; gives the fake SMSC: what phones got can be read, and they can answer."""
    conf = tmp_path / "kannel.conf"
    conf.write_text(CONF.format(**ports, hook=live_server.url + hook_path(server.id)))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    running = [subprocess.Popen(["bearerbox", str(conf)], **quiet)]
    try:
        _until_open(ports["boxes"])
        _until_open(ports["smsc"])
        running.append(subprocess.Popen(["smsbox", str(conf)], **quiet))
        _until_open(ports["http"])
        phone = subprocess.Popen(
            [FAKE, "-H", "127.0.0.1", "-r", str(ports["smsc"]), "-m", "1", f"{PHONE} 777 text STOP"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path,
        )  # fmt: skip
        running.append(phone)
        yield phone
    finally:
        for one in reversed(running):
            one.kill()
            one.wait()


def _until_open(port: int) -> None:
    """Until somebody listens; the test's time limit ends a wait in vain."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], 0.02)


def _until(found) -> None:
    ends = time.monotonic() + 300
    while not found():
        assert time.monotonic() < ends, "Kannel told nothing within five minutes."
        select.select([], [], [], 0.05)


def test_a_message_reaches_the_phone_its_report_comes_back_and_stop_is_honoured(server, phones, at):
    said = ConsentSaid("sms", "granted", "marketing", PHONE)
    sighting = Sighting("shop", (("user", "1"),), (("phone", PHONE),), {}, (said,), at)
    person = record_sightings(sightings=[sighting], source_id=0, at=at)[0]
    _until(lambda: Feedback.objects.filter(kind="stop").exists())
    assert consent_state([person])[person]["marketing", "sms"] == "withdrawn"

    carrier = http_sms.open(way_of(server))
    out = carrier.carry(
        [Parcel(12, "k", PHONE, From("Northgate", "Northgate"), text="Sale & more: 10 % off")], at=at
    )[0]
    assert (out.state, out.code) == ("handed_off", "202")
    line = phones.stdout.readline()
    while "Sale" not in line:
        assert line, "The phone got nothing."
        line = phones.stdout.readline()
    assert "Sale & more: 10 % off" in unquote_plus(line)
    _until(lambda: Feedback.objects.filter(kind="delivered").exists())
