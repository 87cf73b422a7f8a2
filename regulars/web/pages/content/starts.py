"""Templates to begin with: enough to send on the first day, and to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Block = dict[str, Any]


@dataclass(frozen=True)
class Start:
    """A ready-made template."""

    key: str
    name: str
    about: str
    variant: dict[str, Any]
    channel: str = "email"
    kind: str = "marketing"


HELLO = 'Hello {{ person.first_name | default: "there" }},\n\n'


def starts(business: str) -> list[Start]:
    """What one can begin with, in the name of a business."""
    foot = {"kind": "footer", "text": _("You get this from %s because you asked for our news.") % business}
    return [_empty(foot), _welcome(business, foot), _news(business, foot), _winback(foot), _receipt(), _sms(business)]


def _empty(foot: Block) -> Start:
    about = _("A heading, a text and the footer that every bulk message needs.")
    return Start("empty", _("Empty"), about, _mail("", "", _heading(""), _text(""), foot))


def _welcome(business: str, foot: Block) -> Start:
    thanks = _("thank you for joining us. Now and then we will write to you about what is new here.")
    blocks = (
        _heading(_("Welcome!")),
        _text(HELLO + thanks),
        _supplied("recommendations", _("Picked for you")),
        _button(_("Look around")),
        foot,
    )
    variant = _mail(_("Welcome to %s") % business, _("Good to have you here"), *blocks)
    return Start("welcome", _("Welcome"), _("Says hello, and what will come."), variant)


def _news(business: str, foot: Block) -> Start:
    columns = [[_heading(name, 3), _text(_("A few words."))] for name in (_("First"), _("Second"))]
    blocks = (
        _heading(_("What is new")),
        _text(HELLO + _("here is what happened this month.")),
        {"kind": "columns", "columns": columns},
        {"kind": "products", "title": _("New in the shop"), "most": 3},
        _button(_("See everything")),
        foot,
    )
    variant = _mail(_("News from %s") % business, _("Three minutes to read"), *blocks)
    return Start("news", _("Newsletter"), _("A text, two columns, products, a button."), variant)


def _winback(foot: Block) -> Start:
    last = "{% if person.last_order %}" + _("Your last visit was on %s.") % "{{ person.last_order }}" + " {% endif %}"
    blocks = (
        _heading(_("We miss you")),
        _text(HELLO + last + _("A lot is new since.")),
        _supplied("voucher", _("For your next visit")),
        _button(_("Come and see")),
        foot,
    )
    about = _("For people who have not been here for a while, with a voucher.")
    return Start("winback", _("We miss you"), about, _mail(_("It has been a while"), _("A present inside"), *blocks))


def _receipt() -> Start:
    number = "{% if order %} {{ order.number | default: '' }}{% endif %}."
    blocks = (
        _heading(_("Thank you!")),
        _text(HELLO + _("we have your order") + number),
        {"kind": "products", "what": "bought", "title": _("What you bought"), "most": 12},
    )
    about = _("Thanks for an order. Transactional: it needs no way to unsubscribe.")
    return Start("receipt", _("Receipt"), about, _mail(_("Your order"), "", *blocks), kind="transactional")


def _sms(business: str) -> Start:
    text = 'Hi {{ person.first_name | default: "there" }}, ' + _(
        "this is new: https://example.com Reply STOP to end."
    )
    variant = {"subject": "", "preheader": "", "format": "text", "source": f"{text} {business}"}
    return Start("sms", "SMS", _("A short text with a link."), variant, channel="sms")


def _mail(subject: str, preheader: str, *blocks: Block) -> dict[str, Any]:
    return {"subject": subject, "preheader": preheader, "format": "blocks", "source": list(blocks)}


def _heading(text: str, level: int = 1) -> Block:
    return {"kind": "heading", "text": text, "level": level, "align": "left"}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text, "size": "normal", "align": "left"}


def _button(label: str) -> Block:
    return {"kind": "button", "label": label, "href": "https://", "align": "left"}


def _supplied(what: str, title: str) -> Block:
    return {"kind": "supplied", "what": what, "title": title}
