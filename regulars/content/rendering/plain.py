"""The plain text of an HTML message: what somebody sees whose mail program shows no HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SILENT = {"head", "style", "script", "title"}
BLOCKS = {
    "p",
    "div",
    "table",
    "tr",
    "ul",
    "ol",
    "blockquote",
    "section",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "center",
}
SPACED = {"p", "ul", "ol", "blockquote", "h1", "h2", "h3"}
SLOT = re.compile(r"\{% link (\d+) %\}(.*?)\{% endlink %\}", re.DOTALL)


class Reader(HTMLParser):
    """Collects text; a link is its label and its address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in SILENT or "display:none" in (said.get("style") or "").replace(" ", ""):
            self.silent.append(tag)
        elif self.silent:
            if tag == self.silent[-1]:
                self.silent.append(tag)
        elif tag == "a":
            self.links.append((said.get("href") or "", len(self.out)))
        else:
            self._opened(tag, said)

    def _opened(self, tag: str, said: dict[str, str | None]) -> None:
        if tag == "img" and said.get("alt"):
            self.out.append(str(said["alt"]))
        elif tag == "br":
            self.out.append("\n")
        elif tag == "hr" or (tag == "p" and "border-top" in (said.get("style") or "")):
            self.out.append("\n\n----\n\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in BLOCKS:
            self.out.append("\n\n" if tag in SPACED else "\n")
        elif tag in ("td", "th"):
            self.out.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.silent:
            self._opened(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
        elif tag == "a" and self.links:
            self._closed_link(*self.links.pop())
        elif tag in BLOCKS:
            self.out.append("\n\n" if tag in SPACED else "\n")

    def _closed_link(self, href: str, since: int) -> None:
        label = "".join(self.out[since:]).strip()
        del self.out[since:]
        slot = SLOT.search(href)
        bare = re.sub(r"^(mailto|tel|sms):", "", slot[2] if slot else href)
        if not href or href == "#" or label == bare:
            self.out.append(label or href)
        else:
            self.out.append(f"{label}: {href}" if label else href)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(re.sub(r"\s+", " ", data.replace("\u200a", "")))


def to_text(html: str) -> str:
    """The text of a page, Liquid still swapped and links as slots. Never markup."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.out).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
