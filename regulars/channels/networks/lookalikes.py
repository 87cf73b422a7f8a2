"""Addresses that are not what they seem: letters of other scripts, hidden hosts, other words. Pure.

The rule of mixed scripts follows Unicode TS 39 (section 5): letters of one label come from one script, Latin with
Han, Kana or Hangul excepted. Whole labels of letters that look Latin ("аррӏе" in Cyrillic) are told as well.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import idna
from django.utils.translation import gettext as _

LOOK_LATIN = set("асеорхуіјѕԁһӏԛԝкмтпгьвн" + "ονραιυκτхγηω" + "օսցհո")
TOGETHER = {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
SHOWN = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[\w-]{2,})", re.UNICODE)


def warnings(url: str, shown: str = "") -> list[str]:
    """What a person should know before following an address; [] when nothing is odd. `shown`: the link's words."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return [_("This is not a web address.")]
    found = []
    if parts.username is not None:
        found.append(_("The address hides its real host, %s, behind other words.") % host)
    if re.fullmatch(r"[\d.]+|\[?[0-9a-f:]+\]?|0x[0-9a-f]+", host):
        found.append(_("The address is a number instead of a name."))
    label = next((one for one in _labels(host) if _odd(one)), "")
    if label:
        found.append(_("“%(label)s” is written with letters that look like others: it is %(code)s.") % {
            "label": label, "code": host_in_ascii(host)
        })  # fmt: skip
    if other := _other_place(host, shown):
        found.append(_("The words say %(shown)s, the address leads to %(host)s.") % {"shown": other, "host": host})
    return found


def host_in_ascii(host: str) -> str:
    """A host as the network knows it: xn--..."""
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host.encode("ascii", "backslashreplace").decode()


def _labels(host: str) -> list[str]:
    return [_decoded(label) for label in host.split(".")]


def _decoded(label: str) -> str:
    if label.startswith("xn--"):
        try:
            return idna.decode(label)
        except idna.IDNAError:
            return label[4:].encode().decode("punycode", "replace") if label.isascii() else label
    return label


def _odd(label: str) -> bool:
    letters = [sign for sign in label if sign.isalpha()]
    scripts = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in letters}
    if len(scripts) > 1 and not scripts <= TOGETHER:
        return True
    return bool(letters) and "LATIN" not in scripts and all(sign in LOOK_LATIN for sign in letters)


def _other_place(host: str, shown: str) -> str:
    """The host that the words name, when it is not this one or above or below it."""
    named = SHOWN.fullmatch(shown.strip().split("/")[0] if "//" not in shown else shown.strip().split("/")[2])
    if not named:
        return ""
    word, real = host_in_ascii(named[1].lower()), host_in_ascii(host.lower())
    same = word == real or real.endswith("." + word) or word.endswith("." + real)
    return "" if same else named[1]
