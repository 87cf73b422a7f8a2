"""The conditions of a rule as a form and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.networks.models import Account
from regulars.inbox.kinds import kind_of

FEELS = (("negative", lazy("negative")), ("neutral", lazy("neutral")), ("positive", lazy("positive")),
         ("unsure", lazy("unsure")))  # fmt: skip
INTENTS = (
    ("complaint", lazy("a complaint")), ("help", lazy("asks for help")), ("question", lazy("a question")),
    ("buying", lazy("wants to buy")), ("praise", lazy("praise")),
)  # fmt: skip
LISTS = ("kinds", "accounts", "labels", "feels", "intents", "words", "languages")


def conditions_of(post: QueryDict) -> dict[str, Any]:
    """What a form says; what is left empty is no condition."""
    found: dict[str, Any] = {
        "kinds": post.getlist("kinds"),
        "accounts": [int(one) for one in post.getlist("accounts") if one.isdecimal()],
        "labels": post.getlist("labels"),
        "feels": post.getlist("feels"),
        "intents": post.getlist("intents"),
        "words": [line.strip() for line in post.get("words", "").splitlines() if line.strip()],
        "languages": [one.strip().lower() for one in post.get("languages", "").split(",") if one.strip()],
        "audience": post.get("audience", ""),
        "stars_at_most": int(post["stars"]) if post.get("stars", "").isdecimal() else None,
    }
    found |= {name: {"yes": True, "no": False}.get(post.get(name, "")) for name in ("first", "known", "open")}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def sentences(conditions: Mapping[str, Any]) -> list[str]:
    """Each condition in words; all of them have to hold."""
    return [_sentence(name, value) for name, value in conditions.items()]


def _sentence(name: str, value: Any) -> str:
    match name:
        case "kinds":
            return _("it is: %s") % _or(kind_of(one).label for one in value)
        case "accounts":
            names = dict(Account.objects.filter(id__in=value).values_list("id", "name"))
            return _("it came over %s") % _or(names.get(one, one) for one in value)
        case "words":
            return _("it says %s") % _or(f"“{one}”" for one in value)
        case "labels":
            return _("it is labelled %s") % _or(value)
        case "feels":
            return _("it reads as %s") % _or(dict(FEELS).get(one, one) for one in value)
        case "intents":
            return _("it is %s") % _or(dict(INTENTS).get(one, one) for one in value)
        case "languages":
            return _("its language is %s") % _or(value)
        case "audience":
            return _("it was said in public") if value == "public" else _("it was said in private")
        case "stars_at_most":
            return _("it gives at most %s stars") % value
    return str(YES[name][0] if value else YES[name][1]) if name in YES else name


YES = {
    "first": (lazy("it is their first word"), lazy("it is not their first word")),
    "known": (lazy("we know who they are"), lazy("we do not know who they are")),
    "open": (lazy("the conversation is open"), lazy("the conversation is closed")),
}


def _or(words: Any) -> str:
    return _(" or ").join(str(one) for one in words)
