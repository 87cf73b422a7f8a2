"""MJML to HTML by mrml: Liquid swapped for words, authors' HTML cleaned, no host its author did not name."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import mrml

from regulars.content.rendering.cleaning import check_places, clean, clean_css
from regulars.content.rendering.errors import ContentError
from regulars.content.rendering.tokens import Tokens

OPTIONS = mrml.RenderOptions(disable_comments=True, fonts={}, social_icon_origin="")
HEAD = {"mj-head", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-title", "mj-preview", "mj-style"}
LAYOUT = {"mjml", "mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"}
LEAVES = {"mj-image", "mj-divider", "mj-spacer"}
ENDING = {"mj-text", "mj-button", "mj-table", "mj-raw", "mj-title", "mj-preview", "mj-style"}
KNOWN = HEAD | LAYOUT | LEAVES | ENDING
PLAIN = {"mj-title", "mj-preview"}
HOSTS = re.compile(
    r"""(?:src|background|srcset)=["']?\s*(?:https?:)?//([^/"'\s>)]+)|url\(\s*["']?(?:https?:)?//([^/"')\s]+)""",
    re.IGNORECASE,
)
NAME = re.compile(r"[a-z][a-z0-9:-]*")


class Rewriter(HTMLParser):
    """Writes MJML anew: known tags only, attributes quoted, what stands in text blocks cleaned."""

    def __init__(self, tokens: Tokens, path: str):
        super().__init__(convert_charrefs=False)
        self.tokens, self.path = tokens, path
        self.out: list[str] = []
        self.open: list[str] = []
        self.inside: list[str] | None = None  # what stands in an ending tag

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.inside is not None:
            self.inside.append(self.get_starttag_text() or "")
            return
        self._known(tag)
        self.out.append(f"<{tag}{self._attributes(attrs)}>")
        self.open.append(tag)
        if tag in ENDING:
            self.inside = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.inside is not None:
            self.inside.append(self.get_starttag_text() or "")
            return
        self._known(tag)
        self.out.append(f"<{tag}{self._attributes(attrs)} />")

    def handle_endtag(self, tag: str) -> None:
        if self.inside is not None and tag != self.open[-1]:
            self.inside.append(f"</{tag}>")
            return
        if not self.open or self.open[-1] != tag:
            raise ContentError(self.path, f"</{tag}> closes nothing: line {self.getpos()[0]}.")
        if self.inside is not None:
            self.out.append(self._content(tag, "".join(self.inside)))
            self.inside = None
        self.open.pop()
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.inside is not None:
            self.inside.append(data)
        elif self.tokens.pattern.search(data):
            self._structure(data)
        elif data.strip():
            raise ContentError(self.path, f"“{data.strip()[:40]}” stands outside of a text: line {self.getpos()[0]}.")

    def _structure(self, data: str) -> None:
        """Liquid between blocks: kept by mj-raw, which mrml puts out as it is."""
        words = self.tokens.pattern.findall(data)
        if self.tokens.pattern.sub("", data).strip() or not all(self.tokens.is_control(int(n)) for n in words):
            raise ContentError(self.path, f"Text stands outside of a text block: line {self.getpos()[0]}.")
        self.out.extend(f"<mj-raw>{self.tokens.word(int(n))}</mj-raw>" for n in words)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Comments and declarations are left out."""

    def _known(self, tag: str) -> None:
        if tag not in KNOWN:
            raise ContentError(self.path, f"<{tag}> is not one of the MJML tags that can be used: {_list()}.")

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> str:
        kept = [(name, value or "") for name, value in attrs if NAME.fullmatch(name) and not name.startswith("on")]
        for name, value in kept:
            if name not in ("href", "src", "alt", "title") and self.tokens.numbers(value):
                raise ContentError(self.path, f"A merge tag cannot stand in {name}: choose with {{% if %}} instead.")
            if name in ("href", "src", "background-url") and _bad_scheme(value):
                raise ContentError(self.path, f"“{value[:60]}” is not an address for a message.")
        return "".join(f' {name}="{html.escape(value)}"' for name, value in kept)

    def _content(self, tag: str, inner: str) -> str:
        if tag in PLAIN:
            return html.escape(html.unescape(inner), quote=False)
        if tag == "mj-style":
            return clean_css(inner, self.tokens, self.path)
        if tag == "mj-table":
            table = clean(f"<table>{inner}</table>", self.tokens, self.path)
            return closed(re.sub(r"^<table>|</table>$", "", table))
        return closed(clean(inner, self.tokens, self.path))


VOID = re.compile(r"<(br|hr|img|area|col)\b([^>]*?)/?>")


def closed(fragment: str) -> str:
    """Void elements closed, as mrml wants them."""
    return VOID.sub(r"<\1\2 />", fragment)


def _bad_scheme(value: str) -> bool:
    scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value, re.I)
    return bool(scheme) and scheme[1].lower() not in ("http", "https", "mailto", "tel", "sms", "cid")


def _list() -> str:
    return ", ".join(sorted(KNOWN - HEAD))


def rewrite(source: str, tokens: Tokens, path: str) -> str:
    """Authors' MJML, Liquid swapped, made safe. Raises ContentError with the line."""
    writer = Rewriter(tokens, path)
    writer.feed(source)
    writer.close()
    if writer.open:
        raise ContentError(path, f"<{writer.open[-1]}> is never closed.")
    return "".join(writer.out)


def to_html(mjml: str, named: str, tokens: Tokens, path: str) -> str:
    """HTML of safe MJML. `named`: everything the author wrote; a host that is not in it is refused."""
    try:
        page = mrml.to_html(mjml, None, OPTIONS).content
    except OSError as error:
        raise ContentError(path, f"The MJML cannot be read: {error}.") from None
    check_hosts(page, named, path)
    check_places(page, tokens, path)
    return page


def check_hosts(page: str, named: str, path: str) -> None:
    """Refuse anything loaded from a host its author did not name. Raises ContentError."""
    for found in HOSTS.finditer(page):
        host = found[1] or found[2]
        if host.lower() not in named.lower():
            raise ContentError(path, f"The message would load something from {host}, which you did not name.")
