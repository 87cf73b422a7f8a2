"""Authors' HTML and CSS, made safe: what mail programs understand stays, everything that acts goes."""

from __future__ import annotations

import re

import nh3

from regulars.content.rendering.errors import ContentError
from regulars.content.rendering.tokens import Tokens

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "center", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "map", "area",
    "ol", "p", "pre", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
COMMON = {"align", "bgcolor", "class", "dir", "height", "lang", "role", "style", "title", "valign", "width"}
ATTRIBUTES = {
    "*": COMMON | {"aria-label", "aria-hidden"},
    "a": {"href", "name", "target"},
    "area": {"alt", "coords", "href", "shape"},
    "col": {"span"}, "font": {"color", "face", "size"}, "img": {"alt", "border", "src", "usemap"},
    "map": {"name"}, "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
}  # fmt: skip
STYLES = {
    "background", "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "clear", "color",
    "direction", "display", "float", "font", "font-family", "font-size", "font-style", "font-weight", "height",
    "letter-spacing", "line-height", "list-style", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "overflow", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout", "text-align",
    "text-decoration", "text-transform", "vertical-align", "white-space", "width", "word-break", "word-spacing",
}  # fmt: skip
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel", "sms", "cid"},
    filter_style_properties=STYLES,
    clean_content_tags={"script", "style", "title", "template", "noscript", "iframe", "object"},
    link_rel=None,
    strip_comments=False,
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BARE_TABLE = re.compile(r"(<table\b[^>]*>)(?!\s*<(?:tbody|thead|colgroup|caption))", re.IGNORECASE)
MARKUP = re.compile(r"(<[^>]*>)")
CSS_DANGER = re.compile(r"@import|@charset|expression\s*\(|behavior\s*:|javascript:|-moz-binding|<|\\", re.IGNORECASE)
IN_STYLE = re.compile(r'\sstyle="([^"]*)"')
IN_SRC = re.compile(r'\s(?:src|background|background-url)="([^"]*)"')
GIVES_NAME = re.compile(
    r"\{%-?\s*(?:(?:assign|capture|increment|decrement)\s+([\w-]+)|for\s+([\w-]+)\s+in\s+person\b)"
)


def clean(html: str, tokens: Tokens, path: str) -> str:
    """An HTML fragment with its Liquid words. Raises ContentError when a tag stood where it cannot stand."""
    before = tokens.numbers(html)
    html = BARE_TABLE.sub(r"\1<tbody>", html)
    kept = re.compile(rf"<!--({tokens.mark}\d+z)-->")
    cleaned = CLEANER.clean(_as_comments(COMMENT.sub("", html), tokens))
    cleaned = COMMENT.sub("", kept.sub(r"\1", cleaned))
    lost = set(before) - set(tokens.numbers(cleaned))
    if lost:
        raise ContentError(path, f"{tokens.found[min(lost)]} stands inside HTML that mail does not allow.")
    check_places(cleaned, tokens, path)
    return cleaned


def _as_comments(html: str, tokens: Tokens) -> str:
    """{% if %} and {% for %} between tags as comments: a parser moves words out of tables, but not comments."""

    def comment(word: re.Match[str]) -> str:
        return f"<!--{word[0]}-->" if tokens.is_control(int(word[1])) else word[0]

    parts = MARKUP.split(html)
    return "".join(part if n % 2 else tokens.pattern.sub(comment, part) for n, part in enumerate(parts))


def check_places(html: str, tokens: Tokens, path: str) -> None:
    """Refuse merge tags in styles, and personal data in the addresses of pictures (they would tell their host)."""
    for style in IN_STYLE.finditer(html):
        if tokens.numbers(style[1]):
            raise ContentError(path, "A merge tag cannot stand in a style: choose between two styles with {% if %}.")
    personal = re.compile("|".join([r"\bperson\b", *(rf"\b{name}\b" for name in _made_of_persons(tokens))]))
    for src in IN_SRC.finditer(html):
        for number in tokens.numbers(src[1]):
            if personal.search(tokens.found[number]):
                raise ContentError(path, "The address of a picture cannot contain what is known of a person.")


def _made_of_persons(tokens: Tokens) -> set[str]:
    """Names that a text gave to something of its own: they may hold what is known of a person."""
    named = (GIVES_NAME.match(tag) for tag in tokens.found)
    return {found[1] or found[2] for found in named if found}


def clean_css(css: str, tokens: Tokens, path: str) -> str:
    """A style sheet that neither loads others nor acts. Raises ContentError."""
    if found := CSS_DANGER.search(css):
        raise ContentError(path, f"“{found[0]}” is not allowed in the styles of a message.")
    if tokens.numbers(css):
        raise ContentError(path, "A merge tag cannot stand in a style sheet.")
    return css
