"""Northgate as the soccer story finds it: a programme, a partner club, journeys, a survey, somebody at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.channels import actions as channels
from regulars.content import actions as content
from regulars.core.clock import DAY
from regulars.feedback import actions as feedback
from regulars.journeys import actions as journeys
from regulars.loyalty import actions as loyalty
from regulars.loyalty.models import Partner, Programme, Reward
from regulars.loyalty.referrals.terms import save_terms
from regulars.loyalty.rewards.keeping import save_partner, save_reward

SOCCER_PAGES = "https://shop.northgate.test/soccer"
RULES = {
    "rules": [{"key": "every", "kind": "amount", "name": "Every purchase", "points": 1, "per": 100}],
    "tiers": {
        "levels": [
            {"key": "silver", "name": "Silver", "least": 30_000},
            {"key": "vip", "name": "VIP", "least": 100_000, "factor": 2},
        ]
    },
}
BOUGHT_SOCCER = {
    "event": "Product Bought",
    "where": [{"property": "category", "op": "=", "value": "soccer"}],
    "measure": "count",
    "op": ">=",
    "value": 1,
}


@dataclass(frozen=True)
class Shop:
    """What the story asks for by name."""

    programme: Programme
    club: Partner
    ticket: Reward


def open_shop(*, by: str, at: int, smtp: int, sms: str) -> Shop:
    """Everything is set up the day before the ball is bought."""
    _means_of_sending(by, at, smtp, sms)
    said: dict[str, Any] = {"by": by, "at": at}
    programme = loyalty.create_programme(name="The Dugout", rules=RULES, starts_us=at, return_days=0, **said)
    loyalty.create_threshold(
        programme_id=programme.id, name="Soccer regulars", amount=12_000, only={"categories": ["soccer"]}, tier="vip",
        **said,
    )  # fmt: skip
    club = save_partner(name="City FC", contact="office@city.test", terms="postpaid", currency="GBP", **said)
    ticket = save_reward(
        terms={
            "name": "Match ticket", "kind": "partner", "currency": "GBP", "partner_id": club.id, "full_price": 2_400,
            "partner_pays": 1_200, "we_pay": 0, "categories": ["tickets"], "in_texts": "voucher_partner",
            "most_each": 1,
        }, **said,
    )  # fmt: skip
    save_terms(
        values={"on": True, "title": "Anna thinks you would like it here", "referrer_points": 500, "return_days": 0},
        **said,
    )
    _journeys(said)
    return Shop(programme, club, ticket)


def _means_of_sending(by: str, at: int, smtp: int, sms: str) -> None:
    said: dict[str, Any] = {"by": by, "at": at}
    mail = {"host": "127.0.0.1", "port": str(smtp), "tls": "none"}
    body = '{"to": {to}, "text": {text}}'
    channels.add_server(name="Mail", kind="smtp", settings=mail, secrets={}, **said)
    channels.add_server(
        name="SMS", kind="http_sms", settings={"url": sms, "body": body, "format": "json"}, secrets={}, **said
    )
    channels.save_sender(name="Northgate", address="hello@northgate.test", **said)
    channels.save_sender(name="Northgate", address="Northgate", channel="sms", **said)


def _journeys(said: dict[str, Any]) -> None:
    hello = _mail("Soccer: hello", "Your place on the pitch", f"Everything for your game: [Soccer pages]({SOCCER_PAGES})", said)  # noqa: E501  # fmt: skip
    short = _text("Soccer: SMS", f"Northgate: boots and balls for your game are here: {SOCCER_PAGES}", said)
    ticket = _mail("VIP", "You are a VIP", "A ticket for the next match: **{{ voucher_partner.code | default: 'ask us' }}**. City FC pays half of it.", said)  # noqa: E501  # fmt: skip
    threshold = {"kind": "threshold", "condition": BOUGHT_SOCCER, "existing": False, "again": "never"}
    crossed = {"kind": "event", "event": "Threshold Crossed", "again": "never"}
    for name, start, templates in (
        ("To the soccer pages", threshold, (hello, short)),
        ("Thank a VIP", crossed, (ticket,)),
    ):
        steps = [{"id": f"s{n}", "kind": "send", "template": one} for n, one in enumerate(templates)]
        made = journeys.create_journey(name=name, tree={"start": start, "goal": None, "steps": steps}, **said)
        journeys.publish(journey_id=made.id, **said)


def _mail(name: str, subject: str, words: str, said: dict[str, Any]) -> int:
    blocks = [{"kind": "text", "text": words}, {"kind": "footer"}]
    return _published(
        name, "email", {"subject": subject, "preheader": "", "format": "blocks", "source": blocks}, said
    )


def _text(name: str, words: str, said: dict[str, Any]) -> int:
    return _published(name, "sms", {"subject": "", "preheader": "", "format": "text", "source": words}, said)


def _published(name: str, channel: str, variant: dict[str, Any], said: dict[str, Any]) -> int:
    made = content.create_template(name=name, channel=channel, draft={"en": variant}, **said)
    content.publish(template_id=made.id, **said)
    return made.id


def ask_how_it_was(*, by: str, at: int) -> int:
    """From now on whoever buys is asked; the number of the survey."""
    made = feedback.create_survey(
        name="How was it?", kind="nps", trigger={"kind": "event", "event": "Order Completed", "after_days": 0},
        rest_days=0, by=by, at=at,
    )  # fmt: skip
    feedback.start_survey(survey_id=made.id, by=by, at=at - DAY)
    return made.id
