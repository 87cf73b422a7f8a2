"""Words from outside as pages show them: escaped, without signs that lie, links with the host they really lead to.

Nothing that came from outside is ever marked safe as it is: the only HTML in here is made in this file.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# control signs, and signs that turn the direction of reading or cannot be seen; the joiners of emoji and Persian stay
LYING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
ADDRESS = re.compile(r"https?://[^\s<>\"“”]+", re.I)
LONGEST = 20_000


def plain(text: str, *, most: int = LONGEST) -> str:
    """The text without signs that lie, cut to a length a page can show."""
    clean = LYING.sub("", text.replace("\r\n", "\n"))
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def shown(text: str) -> SafeString:
    """The text as HTML: paragraphs and line breaks kept, addresses as links that name their host."""
    parts = re.split(r"\n\s*\n", plain(text).strip())
    return format_html_join("", '<p dir="auto">{}</p>', ((_linked(part),) for part in parts if part))


def _linked(text: str) -> SafeString:
    found, last = [], 0
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?)]}'’")
        found += [_lines(text[last : match.start()]), link(address)]
        last = match.start() + len(address)
    return mark_safe("".join([*found, _lines(text[last:])]))


def _lines(text: str) -> SafeString:
    return mark_safe(conditional_escape(text).replace("\n", "<br>"))


def host_of(address: str) -> str:
    """The host an address leads to, letters that look like others spelled out (xn--…). "" for no web address."""
    try:
        host = urlsplit(address).hostname or ""
        return host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        return ""


def link(address: str, words: str = "") -> SafeString:
    """A link that opens apart, says nothing about us, and shows where it leads. What is no web address stays text."""
    host = host_of(address)
    if not host or not address.lower().startswith(("https://", "http://")):
        return conditional_escape(words or address)
    short = words or _brief(address, host)
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" target="_blank" title="{}">{}</a>', address, address, short
    )


def _brief(address: str, host: str) -> str:
    """`host/path`, cut; the host is never cut."""
    rest = address.split("//", 1)[1].partition("/")
    path = f"/{rest[2]}" if rest[2] else ""
    return host + (path if len(path) <= 40 else path[:39] + "…")
