"""Identifiers in one spelling each: e-mail, phone (E.164), card, external ids; and which values prove nothing.

A value that proves nothing (a placeholder, something unreadable) is kept with the reason, and links nobody.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_VALUE = 255
DOTLESS = {"gmail.com", "googlemail.com"}
PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@[a-z0-9]+(-+[a-z0-9]+)*(\.[a-z0-9]+(-+[a-z0-9]+)*)*\.[a-z]{2,24}"
)
NOBODY = re.compile(
    r"(test|testing|tester|none|no|na|n\.?a|noemail|no\.?email|nomail|no\.?mail|nobody|unknown|anonymous|null|dummy|fake"
    r"|example|asdf|qwerty|abc|aaa|xxx|x|a|customer|guest|walkin|walk-in|noreply|no-reply|donotreply)"
)
NOWHERE = {"noemail.com", "nomail.com", "none.com", "no.com", "test.com", "noemail.invalid", "fake.com", "na.com"}
PLACEHOLDER = "looks like a placeholder"
UP, DOWN = "01234567890123456789", "98765432109876543210"


class Normal(NamedTuple):
    """A value in its one spelling; `refused` says why it links nobody, and is empty when it may."""

    value: str
    refused: str = ""


@lru_cache(maxsize=100_000)
def normal(type_: str, raw: str, country: str) -> Normal | None:
    """The one spelling of a raw value; None when nothing is there. No network look-ups.

    `country` (ISO 3166) is assumed for phone numbers without a country code.
    """
    text = unicodedata.normalize("NFKC", raw).strip()[:MAX_VALUE]
    if not text:
        return None
    match type_:
        case "email":
            return _email(text.casefold())
        case "phone":
            return _phone(text, country)
        case "card":
            return _card(re.sub(r"[\s-]", "", text).upper())
    return Normal(text, PLACEHOLDER if _monotone(text) and not text.strip("0") else "")


def _email(text: str) -> Normal:
    text = text.removeprefix("mailto:")
    if not PLAIN_EMAIL.fullmatch(text):
        text, refused = _checked(text)
        if refused:
            return Normal(text, refused)
    local, _, domain = text.rpartition("@")
    if domain in DOTLESS:
        local, domain = local.split("+")[0].replace(".", "") or local, "gmail.com"
    nobody = NOBODY.fullmatch(local.split("+")[0]) or domain in NOWHERE
    return Normal(f"{local}@{domain}", PLACEHOLDER if nobody else "")


def _checked(text: str) -> tuple[str, str]:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.casefold(), ""
    except EmailNotValidError as error:
        return text, f"not an e-mail address: {error}"[:80]


def _phone(text: str, country: str) -> Normal:
    import phonenumbers

    digits = re.sub(r"\D", "", text)
    if _monotone(digits):
        return Normal(digits or text, PLACEHOLDER if digits else "not a phone number")
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Normal(digits, "not a phone number")
    if not phonenumbers.is_possible_number(number):
        return Normal(digits, "not a phone number: wrong length")
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = str(number.national_number)
    counted = _monotone(national) or national[1:] in UP  # 07 123456789
    return Normal(value, PLACEHOLDER if counted else "")


def _card(text: str) -> Normal:
    """Cards may be numbered through, so only what no shop prints is a placeholder."""
    same = len(set(text)) == 1
    return Normal(text, PLACEHOLDER if same or len(text) < 3 or (len(text) > 5 and text in UP + DOWN) else "")


def _monotone(text: str) -> bool:
    """Zeros, one digit over and over (but for one), or counting up or down: what tired fingers type."""
    if len(text) < 4:
        return not text.strip("0")
    most = max(text.count(character) for character in set(text))
    return most >= len(text) - 1 or text in UP or text in DOWN
