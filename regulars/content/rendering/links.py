"""Links: which are the author's, their numbers, and what an address may be."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

from liquid.ast import BlockNode, Node
from liquid.parser import get_parser
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG
from markupsafe import escape

from regulars.content.rendering.liquid import Liquid, Missing, Pieces, Sandbox, special
from regulars.content.rendering.tokens import Tokens

MOST = 999  # links of a template; the rounds of a loop are numbered n + 1000, n + 2000, ...
STEP = 1_000
SCHEMES = ("http://", "https://", "mailto:", "tel:", "sms:")
TRACKED = ("http://", "https://")
HREF = re.compile(r'(<(?:a|area)\b[^>]*?\shref=")([^"]*)(")', re.IGNORECASE)
BARE = re.compile(r"https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?]")
OWN = re.compile(r"\s*\{\{-?\s*links\.")
VALUE = re.compile(r"\{\{-?\s*(person\..*?)-?\}\}", re.DOTALL)
SAFE = "%/:?#[]@!$&'()*+,;=-._~"

IS_SAFE = re.compile(r"https?://[A-Za-z0-9%/:?#\[\]@!$&'()*+,;=._~-]*").fullmatch


def safe_url(text: str) -> str:
    """An address that is one, with everything unsafe in it encoded; "#" for a scheme that mail has no use for."""
    if IS_SAFE(text):
        return text
    url = quote("".join(text.split()), safe=SAFE)
    return url if url.lower().startswith(SCHEMES) or url.startswith("#") else "#"


def finish(number: int, url: str, context: Sandbox) -> str:
    """The address to put out: rewritten when it is counted, escaped in HTML."""
    if context.rewrite and number and url.startswith(TRACKED):
        before = context.seen.get(number, 0)
        context.seen[number] = before + 1
        url = context.rewrite(number + STEP * before, url)
    return escape(url) if context.html and special(url) else url


class LinkNode(Node):
    """`{% link 3 %}address{% endlink %}`: the address, rewritten when it can be tracked."""

    __slots__ = ("block", "number")

    def __init__(self, token: Any, number: int, block: BlockNode):
        super().__init__(token)
        self.number, self.block, self.blank = number, block, False

    def render_to_output(self, context: Sandbox, buffer: Pieces) -> int:
        pieces, html_before = Pieces(), context.html
        context.charge(1)
        context.html = False
        for node in self.block.nodes:
            node.render_to_output(context, pieces)
        context.html = html_before
        return buffer.write(finish(self.number, safe_url("".join(pieces)), context))

    def children(self, static_context: Any, *, include_partials: bool = True) -> list[Node]:
        return self.block.nodes


class LinkTag(Tag):
    """Written by the compiler only: authors' texts are parsed without it."""

    name, end = "link", "endlink"

    def parse(self, stream: Any) -> Node:
        token = stream.eat(TOKEN_TAG)
        number = int(stream.expect(TOKEN_EXPRESSION).value)
        next(stream)
        block = get_parser(self.env).parse_block(stream, ("endlink",))
        stream.expect(TOKEN_TAG, value="endlink")
        return LinkNode(token, number, block)


class Compiled(Liquid):
    """The language of compiled templates: the authors', and links."""

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters()
        self.add_tag(LinkTag)


COMPILED = Compiled(undefined=Missing)


def is_tracked(target: str) -> bool:
    """Whether clicks on a link are counted: web addresses, except the links that every message has of its own."""
    if OWN.match(target):
        return False
    return target.lower().startswith((*TRACKED, "{{", "{%"))


def number_links(page: str, tokens: Tokens, links: list[str]) -> str:
    """HTML whose links are `{% link n %}` slots, Liquid tags still swapped; `links` gets their targets."""

    def slot(found: re.Match[str]) -> str:
        target = html.unescape(found[2]).strip()
        return found[1] + _slot(target, tokens, links) + found[3]

    return HREF.sub(slot, page)


def number_bare(text: str, tokens: Tokens, links: list[str]) -> str:
    """The same for web addresses that stand in plain text."""
    return BARE.sub(lambda found: _slot(found[0], tokens, links), text)


def _slot(target: str, tokens: Tokens, links: list[str]) -> str:
    written = tokens.restore(target)
    if OWN.match(written):
        return target
    number = 0
    if is_tracked(written):
        links.append(written)
        number = len(links)
    return f"{{% link {number} %}}{_encoded(target, tokens)}{{% endlink %}}"


def _encoded(target: str, tokens: Tokens) -> str:
    """Facts of a person behind the question mark are values: they must not add parameters of their own."""
    before, mark, after = target.partition("?")

    def encode(word: re.Match[str]) -> str:
        tag = tokens.found[int(word[1])]
        value = VALUE.fullmatch(tag)
        return (
            tokens.add(f"{{{{ {value[1].strip()} | url_encode }}}}") if value and "url_encode" not in tag else word[0]
        )

    return before + mark + tokens.pattern.sub(encode, after)
