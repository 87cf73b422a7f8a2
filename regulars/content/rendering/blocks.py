"""Blocks to MJML. A block is {"kind": ...} with the fields of its kind; what the author wrote is cleaned on the way.

text (Markdown with merge tags) · heading · image · button · columns · divider · spacer · products, supplied (what
upper rooms bring, by the name of their supply) · footer · html · block (a reusable one, by number).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from regulars.content.rendering.checking import Checker
from regulars.content.rendering.cleaning import clean
from regulars.content.rendering.errors import ContentError
from regulars.content.rendering.look import Look, direction, words_of
from regulars.content.rendering.mjml import closed
from regulars.content.rendering.supplied import BOXES, DEFAULT_TITLES, IF_NOTHING, MOST, ROW, SHAPES
from regulars.content.rendering.tokens import Tokens

Block = Mapping[str, Any]
MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True})
MARKDOWN.validateLink = lambda url: not re.match(r"\s*(javascript|vbscript|data|file):", url, re.I)
ADDRESS = re.compile(r"https?://[^\s/?#]|(?:mailto|tel|sms):\S|/\w|#", re.IGNORECASE)
ALIGN = ("left", "center", "right")
MOST_BLOCKS = 200
ONLY_CONTROL = "<p>((?:\\s*{mark}\\d+z\\s*)+)</p>"


@dataclass
class Maker:
    """Makes the MJML of one message."""

    tokens: Tokens
    checker: Checker
    look: Look
    language: str
    shared: Mapping[int, Sequence[Block]]
    shapes: Mapping[str, str] = field(default_factory=lambda: SHAPES)
    count: int = 0

    def body(self, blocks: Any, path: str) -> str:
        """Sections, one after the other: blocks below each other share one, columns have their own."""
        sections: list[str] = []
        column: list[str] = []
        for where, block in self.flat(blocks, path):
            if block["kind"] in ("columns", "footer"):
                sections += self.section(column)
                column = []
                sections.append(getattr(self, f"_{block['kind']}")(block, where))
            else:
                column.append(self.one(block, where))
        return "".join(sections + self.section(column))

    def flat(self, blocks: Any, path: str, depth: int = 0):
        """(path, block) with reusable blocks put in."""
        if not isinstance(blocks, list):
            raise ContentError(path, "A message made of blocks is a list of blocks.")
        for number, block in enumerate(blocks):
            where = f"{path}[{number}]"
            self.count += 1
            if self.count > MOST_BLOCKS:
                raise ContentError(path, f"A message has {MOST_BLOCKS} blocks at most.")
            if not isinstance(block, Mapping) or block.get("kind") not in KINDS:
                raise ContentError(where, f"A block is one of {', '.join(KINDS)}.")
            if block["kind"] != "block":
                yield where, block
            elif depth:
                raise ContentError(where, "A reusable block cannot contain another one.")
            else:
                yield from self.flat(self._shared(block, where), where, 1)

    def _shared(self, block: Block, path: str) -> list[Block]:
        found = self.shared.get(block.get("block") or 0)
        if found is None:
            raise ContentError(f"{path}.block", "Choose a reusable block; this one does not exist or was archived.")
        return list(found)

    def section(self, inside: list[str]) -> list[str]:
        """A section of one column."""
        return [self.sheet(f"<mj-column>{''.join(inside)}</mj-column>")] if inside else []

    def sheet(self, columns: str) -> str:
        look = f'css-class="sheet" background-color="{self.look.sheet}" padding="6px 8px"'
        return f"<mj-section {look}>{columns}</mj-section>"

    def one(self, block: Block, path: str) -> str:
        return getattr(self, f"_{block['kind']}")(block, path)

    # --- fields

    def liquid(self, block: Block, name: str, path: str, needed: str = "") -> str:
        """A field with its Liquid checked and swapped. `needed`: the sentence when it is empty."""
        said = block.get(name) or ""
        if not isinstance(said, str):
            raise ContentError(f"{path}.{name}", "This must be a text.")
        if needed and not said.strip():
            raise ContentError(f"{path}.{name}", needed)
        self.checker.check(said, f"{path}.{name}")
        return self.tokens.swap(said)

    def choice(self, block: Block, name: str, choices: Sequence[str], path: str) -> str:
        said = block.get(name) or choices[0]
        if said not in choices:
            raise ContentError(f"{path}.{name}", f"Choose one of {', '.join(choices)}.")
        return said

    def number(self, block: Block, name: str, least: int, most: int, default: int, path: str) -> int:
        said = block.get(name, default)
        said = int(said) if isinstance(said, str) and said.isdecimal() else said
        if not isinstance(said, int) or isinstance(said, bool) or not least <= said <= most:
            raise ContentError(f"{path}.{name}", f"Choose a whole number from {least} to {most}.")
        return said

    def address(self, block: Block, name: str, path: str, needed: str = "") -> str:
        """An address for an attribute."""
        said = self.liquid(block, name, path, needed).strip()
        if said and not ADDRESS.match(said) and not self.tokens.pattern.match(said):
            shown = self.tokens.restore(said)[:60]
            raise ContentError(
                f"{path}.{name}", f"“{shown}” leads nowhere: write a whole address, https:// and so on."
            )
        return escape(said)

    def words(self, markdown: str, path: str) -> str:
        """Markdown as HTML for mail: cleaned, styles inline."""
        html = MARKDOWN.render(markdown)
        html = re.sub(ONLY_CONTROL.format(mark=self.tokens.mark), self._unwrap, html)
        return self.styled(closed(clean(html, self.tokens, path)))

    def _unwrap(self, found: re.Match[str]) -> str:
        control = all(self.tokens.is_control(number) for number in self.tokens.numbers(found[1]))
        return found[1] if control else found[0]

    def styled(self, html: str) -> str:
        html = html.replace("<p>", '<p style="margin:0 0 12px">').replace(
            "<ul>", '<ul style="margin:0 0 12px;padding-left:22px">'
        )
        html = html.replace("<ol>", '<ol style="margin:0 0 12px;padding-left:22px">')
        return html.replace("<a href=", f'<a style="color:{self.look.accent}" href=')

    # --- kinds

    def _text(self, block: Block, path: str) -> str:
        inside = self.words(self.liquid(block, "text", path), f"{path}.text")
        size = {"normal": 16, "small": 13, "large": 20}[
            self.choice(block, "size", ("normal", "small", "large"), path)
        ]
        return self.mj_text(inside, block, path, f'font-size="{size}px"')

    def mj_text(self, inside: str, block: Block, path: str, more: str, name: str = "words") -> str:
        align = self.choice(block, "align", ALIGN, path)
        if align == "left":
            align = "right" if self.look_rtl else "left"
        return f'<mj-text css-class="{name}" align="{align}" padding="8px 16px" {more}>{inside}</mj-text>'

    @property
    def look_rtl(self) -> bool:
        return direction(self.language) == "rtl"

    def _heading(self, block: Block, path: str) -> str:
        inside = escape(self.liquid(block, "text", path), quote=False)
        level = self.number(block, "level", 1, 3, 1, path)
        size = {1: 28, 2: 22, 3: 18}[level]
        tag = f'<h{level} style="margin:0;font-size:{size}px;line-height:1.25">{inside}</h{level}>'
        return self.mj_text(tag, block, path, f'font-size="{size}px"')

    def _image(self, block: Block, path: str) -> str:
        src = self.address(block, "src", path, "Choose a picture.")
        alt = escape(self.liquid(block, "alt", path))
        href = self.address(block, "href", path)
        width = self.number(block, "width", 20, 600, 600, path)
        link = f' href="{href}"' if href else ""
        align = self.choice(block, "align", ("center", "left", "right"), path)
        return f'<mj-image src="{src}" alt="{alt}"{link} width="{width}px" align="{align}" padding="8px 16px" />'

    def _button(self, block: Block, path: str) -> str:
        label = escape(self.liquid(block, "label", path, "Say what the button does."), quote=False)
        href = self.address(block, "href", path, "Say where the button leads.")
        align = self.choice(block, "align", ALIGN, path)
        look = f'background-color="{self.look.accent}" color="{self.look.on_accent}" border-radius="7px"'
        return (
            f'<mj-button href="{href}" align="{align}" {look} font-size="16px" font-weight="600" '
            f'inner-padding="12px 22px" padding="10px 16px">{label}</mj-button>'
        )

    def _columns(self, block: Block, path: str) -> str:
        columns = block.get("columns")
        if not isinstance(columns, list) or not 2 <= len(columns) <= 4:
            raise ContentError(f"{path}.columns", "There are 2 to 4 columns.")
        made = [self._column(column, f"{path}.columns[{number}]") for number, column in enumerate(columns)]
        return self.sheet("".join(made))

    def _column(self, blocks: Any, path: str) -> str:
        inside = list(self.flat(blocks, path))
        for where, block in inside:
            if block["kind"] in ("columns", "footer"):
                raise ContentError(where, f"A column cannot contain {block['kind']}.")
        return f"<mj-column>{''.join(self.one(block, where) for where, block in inside)}</mj-column>"

    def _divider(self, block: Block, path: str) -> str:
        return '<mj-divider border-width="1px" border-color="#c9c2b5" padding="12px 16px" />'

    def _spacer(self, block: Block, path: str) -> str:
        return f'<mj-spacer height="{self.number(block, "height", 4, 200, 24, path)}px" />'

    def _html(self, block: Block, path: str) -> str:
        inside = closed(clean(self.liquid(block, "html", path), self.tokens, f"{path}.html"))
        return f'<mj-text padding="8px 16px" font-size="16px">{inside}</mj-text>'

    def _products(self, block: Block, path: str) -> str:
        lists = [name for name, shape in self.shapes.items() if shape == "products" and name != "products"]
        return self.listing(self.choice(block, "what", ("products", *lists), path), block, path)

    def _supplied(self, block: Block, path: str) -> str:
        what = self.choice(block, "what", ("recommendations", *self.shapes), path)
        if self.shapes.get(what, "products") == "products":
            return self.listing(what, block, path)
        return self.shown(what, block, path)

    def shown(self, what: str, block: Block, path: str) -> str:
        """Points, a voucher or a card: only for those who have some."""
        shape = self.shapes[what]
        self.checker.bring(what, 1)
        title = escape(self.liquid(block, "title", path), quote=False) or DEFAULT_TITLES.get(shape, "")
        inside = self.tokens.swap(BOXES[shape].format(what=what, title=title, accent=self.look.accent))
        text = self.mj_text(
            inside, {**block, "align": block.get("align") or "center"}, path, 'font-size="16px"', "box"
        )
        return self.only_if(what, text, block, path)

    def listing(self, what: str, block: Block, path: str) -> str:
        """A list of products with picture, name, price and link."""
        most = self.number(block, "most", 1, MOST, 4, path)
        self.checker.bring(what, most)
        title = escape(self.liquid(block, "title", path), quote=False)
        head = f'<h2 style="margin:0;font-size:20px">{title}</h2>' if title else ""
        head = self.mj_text(head, block, path, 'font-size="20px"') if head else ""
        rows = self.tokens.swap(ROW.format(what=what, most=most, accent=self.look.accent))
        table = f'{head}<mj-table css-class="words" font-size="15px" padding="8px 16px">{rows}</mj-table>'
        return self.only_if(what, table, block, path)

    def only_if(self, what: str, inside: str, block: Block, path: str) -> str:
        """Left out for those for whom there is nothing, or they are left out: as the author chose."""
        if self.choice(block, "if_nothing", IF_NOTHING, path) == "skip":
            self.checker.needs.add(what)
        first, last = self.tokens.add(f"{{% if {what} %}}"), self.tokens.add("{% endif %}")
        return f"<mj-raw>{first}</mj-raw>{inside}<mj-raw>{last}</mj-raw>"

    def _footer(self, block: Block, path: str) -> str:
        """Who writes, and the links that every bulk message must have."""
        text = self.words(self.liquid(block, "text", path), f"{path}.text")
        stop, choose, view = words_of(self.language)
        links = (("unsubscribe", stop), ("preferences", choose), ("view", view))
        line = " &#183; ".join(
            f'<a style="color:#6d675c" href="{{{{ links.{name} }}}}">{word}</a>' for name, word in links
        )
        inside = text.replace(f"color:{self.look.accent}", "color:#6d675c") + self.tokens.swap(
            f'<p style="margin:0">{line}</p>'
        )
        look = 'css-class="foot" align="center" color="#6d675c" font-size="13px" padding="8px 16px"'
        foot = f"<mj-text {look}>{inside}</mj-text>"
        return f'<mj-section css-class="paper" padding="16px 8px"><mj-column>{foot}</mj-column></mj-section>'


KINDS = (
    "text",
    "heading",
    "image",
    "button",
    "columns",
    "divider",
    "spacer",
    "products",
    "supplied",
    "footer",
    "html",
    "block",
)


def message(maker: Maker, blocks: Any, path: str) -> str:
    """The MJML of a whole message."""
    look = maker.look
    body = maker.body(blocks, path)
    font = f'<mj-all font-family="{escape(look.family)}" /><mj-text line-height="1.5" color="{look.ink}" />'
    return (
        f'<mjml lang="{escape(maker.language)}" dir="{direction(maker.language)}"><mj-head>'
        f"<mj-attributes>{font}</mj-attributes><mj-style>{look.css()}</mj-style></mj-head>"
        f'<mj-body width="600px" background-color="{look.paper}" css-class="paper">{body}</mj-body></mjml>'
    )
