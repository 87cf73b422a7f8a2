"""HTML of strangers as text: what a reader would see, links with where they lead, nothing that runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from regulars.channels.networks.dig import LONGEST, clean

SILENT = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "select"}
BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr",
    "section", "article", "header", "footer", "figure", "dl", "dt", "dd",
}  # fmt: skip
VOID = {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])")
DEEPEST = 200
LINES = re.compile(r"[ \t\xa0]*\n[ \t\xa0]*")


class _Reader(HTMLParser):
    def __init__(self, links: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.links, self.out, self.hidden, self.open = links, [], 0, []
        self.href, self.label = "", []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag in BLOCKS and not self.hidden:
            self.out.append("\n" if tag in ("br", "li", "tr", "dt", "dd") else "\n\n")
        if tag == "img" and not self.hidden and (said.get("alt") or "").strip():
            self.handle_data(said["alt"])
        if tag == "a" and not self.hidden:
            self.href, self.label = (said.get("href") or "").strip(), []
        if tag not in VOID and len(self.open) < DEEPEST:
            quiet = tag in SILENT or "hidden" in said or bool(HIDDEN.search((said.get("style") or "").lower()))
            self.open.append((tag, quiet))
            self.hidden += quiet

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self.open):
            while self.open:
                name, quiet = self.open.pop()
                self.hidden -= quiet
                if name == tag:
                    break
        if tag == "a" and not self.hidden:
            self._end_link()
        if tag in BLOCKS and not self.hidden:
            self.out.append("\n" if tag in ("li", "tr", "dt", "dd") else "\n\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            words = data if any(name == "pre" for name, _ in self.open) else re.sub(r"\s+", " ", data)
            self.out.append(words)
            self.label.append(words)

    def _end_link(self) -> None:
        """A link says where it leads when its words do not: a reader decides by that."""
        label, href = "".join(self.label).strip(), self.href
        self.href = ""
        shown = href.partition("://")[2].rstrip("/").removeprefix("www.")
        if self.links and href.startswith(("https://", "http://")) and shown not in label:
            self.out.append(f" ({href[:300]})")


def plain(html: str, *, links: bool = True, most: int = LONGEST) -> str:
    """The text of a piece of HTML, at most so long. Hidden parts are left out; never raises."""
    reader = _Reader(links)
    try:
        reader.feed(html[: most * 10])
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # a malformed declaration: what was read so far stands
    said = LINES.sub("\n", "".join(reader.out))
    said = re.sub(r"[ \t\xa0]+", " ", said) if "<pre" not in html else said
    return clean(re.sub(r"\n{3,}", "\n\n", said).strip(), most=most)
