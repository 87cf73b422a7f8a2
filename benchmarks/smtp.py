"""How fast mail leaves: our pipelined sender beside the standard library's smtplib, to smtp-sink on the loopback."""

from __future__ import annotations

import argparse
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage

AT = 1_790_000_000_000_000
ROW = "<tr><td style='padding: 4px'><a href='https://shop.example/l/{0}'>Grüße, {0}: neu im Laden</a></td></tr>\n"


def parcels(count: int, key: str):
    """Personal HTML mail of some 9 kB, with its text."""
    from regulars.channels.providers import From, Parcel

    shop = From("Northgate Sports", "hello@northgate.example", "", "bounces.northgate.example", "r1", key)
    text = "Hello,\n\nthis is new in the shop this week.\n" * 20
    html = ["<html><body><table>" + "".join(ROW.format(f"{n}.{row}") for row in range(70)) for n in range(50)]
    return [
        Parcel(n, f"k{n}", f"person{n}@example.com", shop, "New this week – for you", html[n % 50], text,
               f"https://shop.example/u/{n}", "en", "bulk", 7)
        for n in range(1, count + 1)
    ]  # fmt: skip


def rate(count: int, send: Callable[[], int]) -> float:
    """Messages per second; every one must have been taken."""
    start = time.perf_counter()
    assert send() == count
    return count / (time.perf_counter() - start)


def pipelined(port: int, count: int, key: str, connections: int) -> float:
    """Our sender, a hundred messages at a time, as the delivery loop calls it."""
    from regulars.channels.providers.smtp import Options, SmtpCarrier

    carrier = SmtpCarrier(Options("127.0.0.1", port, tls="none", connections=connections), key=b"k")
    given = parcels(count, key)

    def send() -> int:
        batches = (given[start : start + 100] for start in range(0, count, 100))
        return sum(one.state == "handed_off" for batch in batches for one in carrier.carry(batch, at=AT))

    done = rate(count, send)
    carrier.close()
    return done


def standard(port: int, count: int) -> float:
    """The standard library: EmailMessage and smtplib, one connection kept open, no signature."""
    given = parcels(count, "")
    client = smtplib.SMTP("127.0.0.1", port)

    def send() -> int:
        for parcel in given:
            message = EmailMessage()
            message["From"], message["To"] = f"{parcel.sender.name} <{parcel.sender.address}>", parcel.to
            message["Subject"], message["List-Unsubscribe"] = parcel.subject, f"<{parcel.unsubscribe_url}>"
            message.set_content(parcel.text)
            message.add_alternative(parcel.html, subtype="html")
            client.send_message(message)
        return count

    done = rate(count, send)
    client.quit()
    return done


def run(count: int) -> dict[str, float]:
    """{way: messages per second}."""
    from regulars.channels.mail import dkim
    from regulars.channels.tests.smtp.sink import sink

    key = dkim.new_key()
    with sink() as port:
        return {
            "smtplib, one connection": standard(port, max(200, count // 10)),
            "pipelined, one connection": pipelined(port, count, "", 1),
            "pipelined, four connections": pipelined(port, count, "", 4),
            "pipelined, four connections, DKIM RSA-2048": pipelined(port, count, key, 4),
        }


def main() -> None:
    """Print the rates and their ratio to smtplib's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    rates = run(2000 if asked.quick else asked.messages)
    base = rates["smtplib, one connection"]
    for way, found in rates.items():
        print(f"{way:45} {found:8,.0f}/s  {found / base:5.1f} x")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    main()
