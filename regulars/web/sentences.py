"""Events as sentences: what a customer did, in the words of the shop."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from regulars.core.money import to_minor
from regulars.ui import formats

BUY, BACK, SAID, SEEN = "buy", "back", "said", ""


@dataclass(frozen=True)
class Sentence:
    """What happened: the colour of its dot, the sentence, a detail below it."""

    dot: str
    text: str
    detail: str = ""


def of_event(name: str, properties: dict[str, Any], currency: str) -> Sentence:
    """An event of any name; those of the shop's vocabulary get their own words."""
    say = WORDS.get(name)
    return say(properties, currency) if say else Sentence(SEEN, name, _detail(properties))


def _detail(properties: dict[str, Any]) -> str:
    plain = [f"{k}: {v}" for k, v in properties.items() if _tells(k, v)][:3]
    return " · ".join(plain)


def _tells(key: str, value: Any) -> bool:
    """Whether people can read it: numbers of rows say nothing to anybody."""
    return isinstance(value, str | int | float) and bool(str(value)) and not key.endswith("_id")


def _good(item: dict[str, Any]) -> str:
    """What a line was: its name; a till that rings up by category alone knows nothing better than that."""
    key = str(item.get("sku") or item.get("product_id") or "")
    return str(item.get("name") or (key.startswith("till:") and item.get("category")) or key)


def _products(properties: dict[str, Any], most: int = 3) -> str:
    items = properties.get("products") or []
    names = [_good(item) for item in items if isinstance(item, dict)]
    names = [name for name in names if name]
    if not names:
        return str(properties.get("name") or properties.get("sku") or _("something"))
    rest = len(names) - most
    more = " " + ngettext("and %d more", "and %d more", rest) % rest if rest > 0 else ""
    return ", ".join(names[:most]) + more


def _amount(properties: dict[str, Any], currency: str) -> str:
    code = str(properties.get("currency") or currency)
    for key in ("total", "revenue", "value", "price"):
        try:
            return formats.money(to_minor(properties[key], code), code)
        except (KeyError, ValueError):
            continue
    return ""


def _where(properties: dict[str, Any]) -> str:
    number = properties.get("order_id")
    parts = [str(properties.get("affiliation") or ""), _("order %s") % formats.receipt(str(number)) if number else ""]
    return " · ".join(part for part in parts if part)


def _with_amount(text: str, properties: dict[str, Any], currency: str) -> str:
    amount = _amount(properties, currency)
    return f"{text}, {amount}" if amount else text


def _bought(p: dict[str, Any], currency: str) -> Sentence:
    return Sentence(BUY, _with_amount(_("Bought %s") % _products(p), p, currency), _where(p))


def _returned(p: dict[str, Any], currency: str) -> Sentence:
    return Sentence(BACK, _with_amount(_("Returned %s") % _products(p), p, currency), _where(p))


def _cancelled(p: dict[str, Any], currency: str) -> Sentence:
    return Sentence(BACK, _("Cancelled an order"), _where(p))


def _product(words: str):
    return lambda p, currency: Sentence(SEEN, words % _products(p), str(p.get("category") or ""))


def _plain(words: str, *keys: str):
    return lambda p, currency: Sentence(SEEN, words, next((str(p[k]) for k in keys if p.get(k)), ""))


def _message(words: str, dot: str = SEEN):
    """What became of a message: its name is the campaign's."""
    return lambda p, currency: Sentence(dot, words, str(p.get("campaign") or ""))


def _points(words: str, dot: str = SEEN):
    """How many. The balance of a posting made later than its day is not that day's, so it is not said."""

    def say(p: dict[str, Any], currency: str) -> Sentence:
        many = formats.number(p["points"]) if isinstance(p.get("points"), int) else ""
        return Sentence(dot, f"{words}: {many}" if many else str(words), "")

    return say


TALK = {
    "Delivered": (lazy("An e-mail arrived"), lazy("An SMS arrived"), "sent"),
    "Opened": (lazy("Opened an e-mail"), lazy("Opened an SMS"), SAID),
    "Link Clicked": (lazy("Clicked a link in an e-mail"), lazy("Clicked a link in an SMS"), SAID),
    "Bounced": (lazy("An e-mail came back"), lazy("An SMS came back"), BACK),
    "Marked as Spam": (lazy("Marked an e-mail as spam"), lazy("Complained of an SMS"), BACK),
    "Replied": (lazy("Answered an e-mail"), lazy("Answered an SMS"), SAID),
}
WORDS = {
    **{f"Email {what}": _message(words, dot) for what, (words, _sms, dot) in TALK.items()},
    **{f"SMS {what}": _message(words, dot) for what, (_mail, words, dot) in TALK.items()},
    "Unsubscribed": _message(lazy("Wants no more messages"), BACK),
    "Order Completed": _bought,
    "Order Refunded": _returned,
    "Order Cancelled": _cancelled,
    "Product Viewed": _product(lazy("Looked at %s")),
    "Product Clicked": _product(lazy("Clicked on %s")),
    "Product Added": _product(lazy("Put %s into the cart")),
    "Product Removed": _product(lazy("Took %s out of the cart")),
    "Product Added to Wishlist": _product(lazy("Put %s on the wish list")),
    "Checkout Started": _plain(lazy("Began to check out"), "order_id"),
    "Product Reviewed": lambda p, c: Sentence(SAID, _("Reviewed a product"), str(p.get("rating") or "")),
    "Products Searched": _plain(lazy("Searched"), "query"),
    "Coupon Applied": _plain(lazy("Used a coupon"), "coupon_name", "coupon_id"),
    "Points Earned": _points(lazy("Earned points")),
    "Points Spent": _points(lazy("Spent points")),
    "Points Expired": _points(lazy("Points ended")),
    "Points Taken Back": _points(lazy("Points were taken back"), BACK),
    "Points Given Back": _points(lazy("Points were given back")),
    "Points Adjusted": _points(lazy("Points were changed by hand")),
    "Survey Answered": _plain(lazy("Answered a survey"), "survey"),
    "Joined Programme": _plain(lazy("Joined the loyalty programme")),
    "Tier Changed": lambda p, c: Sentence(
        SEEN, _("Reached another tier") if p.get("up") else _("Fell to another tier"), str(p.get("tier") or "")
    ),
    "Tier Ending": _plain(lazy("Was told that the tier is ending"), "tier"),
    "Threshold Crossed": _plain(lazy("Crossed a threshold"), "threshold"),
    "Threshold Undone": _plain(lazy("Is no longer across a threshold"), "threshold"),
    "Page": _plain(lazy("Opened a page"), "title", "name", "path", "url"),
    "Screen": _plain(lazy("Opened a screen of the app"), "name"),
    "Identify": _plain(lazy("Told us about themselves")),
    "Alias": _plain(lazy("Two accounts were said to be one")),
    "Segment Consent Preference Updated": _plain(lazy("Changed consents")),
}
