"""All text from outside is hostile: bounded, and without signs that hide, reorder or command. Pure.

Taken out: control signs but line breaks and tabs, signs that turn the direction of writing (Unicode TR9 2.1-2.6: they
make “moc.live” read as “evil.com”), invisible ones (zero width, word joiners, fillers), language tags and stacked
marks. What emoji and scripts need stays: the joiners between letters, variation selectors, flags.
"""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import urlsplit

TEXT = 20_000  # signs kept of one text; more is said by no network that is read
TITLE, NAME, HANDLE, URL = 300, 200, 200, 600
MOST_PARTS = 12  # pictures of a post that are kept

# controls but \t \n; direction; zero width but the joiners; fillers; line separators; annotations; not a character
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001d173-\U0001d17a]"
)
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e0fff]")
_JOINERS = re.compile("(?<=[\u200c\u200d])[\u200c\u200d]+|^[\u200c\u200d]+")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED = re.compile(f"({_MARK}{{4}}){_MARK}+")
_BLANKS = re.compile(r"[^\S\n]{200,}")
_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")


def text(raw: object, most: int = TEXT) -> str:
    """A text as it may be kept and shown: at most `most` signs; several paragraphs stay several."""
    found = str(raw or "")[: most * 2]
    found = found.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    found = _JOINERS.sub("", _without_tags(_HIDDEN.sub("", found)))
    found = _LINES.sub("\n\n\n", _BLANKS.sub(" ", _STACKED.sub(r"\1", found))).strip()
    if len(found) > most:
        found = found[: most - 1].rstrip() + "…"
    return found


def _without_tags(found: str) -> str:
    """Tag signs spell invisible words; only those of flags (Scotland, Wales) may stay."""
    if not _TAGS.search(found):
        return found
    flags = _FLAG.findall(found)
    parts = [_TAGS.sub("", part) for part in _FLAG.split(found)]
    return "".join(part + flag for part, flag in zip(parts, [*flags, ""], strict=True))


def line(raw: object, most: int = NAME) -> str:
    """A text of one line: a name, a title, a handle."""
    return text(" ".join(str(raw or "")[: most * 4].split()), most).replace("\n", " ")


def link(raw: object, most: int = URL) -> str:
    """A web address, or "" for anything else: no script, no file, no name and password before the host."""
    found = str(raw or "").strip()
    if len(found) > most or _HIDDEN.search(found) or any(sign.isspace() for sign in found):
        return ""
    try:
        parts = urlsplit(found)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
    except ValueError:
        return ""
    return found if good else ""


def name_of(raw: object, most: int) -> str:
    """An id or code as the network gives it: without hidden signs; too long ones keep their beginning and a hash."""
    found = _HIDDEN.sub("", str(raw or "")).strip()
    if len(found) <= most:
        return found
    return found[: most - 33] + "~" + sha256(found.encode()).hexdigest()[:32]
