"""The kinds of blocks as the editor shows them: name, icon, fields, and what a fresh one holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.core.plugs import registry

Block = dict[str, Any]


@dataclass(frozen=True)
class Input:
    """One field of a block. type: text, long, address, number, choice, picture, block, supply."""

    name: str
    label: Any
    type: str = "text"
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Kind:
    """One kind of block."""

    name: str
    label: Any
    icon: str
    inputs: tuple[Input, ...] = ()
    fresh: dict[str, Any] = field(default_factory=dict)

    def make(self) -> Block:
        """A fresh block."""
        made: Block = {"kind": self.name, **self.fresh}
        if made.get("what") == "":
            made["what"] = next(iter(registry.supplies), "")
        return {**made, "columns": [[], []]} if self.name == "columns" else made


def _choice(name: str, label: Any, *choices: tuple[str, Any]) -> Input:
    return Input(name, label, "choice", choices=choices)


LEFT, MIDDLE, RIGHT = ("left", _("left")), ("center", _("middle")), ("right", _("right"))
ALIGN, CENTERED = _choice("align", _("Place"), LEFT, MIDDLE, RIGHT), _choice("align", _("Place"), MIDDLE, LEFT, RIGHT)
LEVEL = _choice("level", _("Size"), ("1", _("large")), ("2", _("middle")), ("3", _("small")))
SIZE = _choice("size", _("Size"), ("normal", _("normal")), ("small", _("small")), ("large", _("large")))
WHAT, WHICH = Input("what", _("What"), "supply"), Input("what", _("Which"), "supply")
IF_NOTHING = _choice(
    "if_nothing", _("For whom there is none"),
    ("leave_out", _("leave this block out")), ("skip", _("do not send them the message")),
)  # fmt: skip
MARKDOWN = _("**bold**, *italic*, [label](https://address), lines that begin with - are lists.")
LINKS_FOLLOW = _("Links to unsubscribe and to choose follow by themselves.")
TITLE, LEADS = Input("title", _("Heading")), Input("href", _("Leads to"), "address")
PICTURE = (
    Input("src", _("Picture"), "picture"),
    Input("alt", _("What it shows"), help=_("For those who cannot see it.")),
    LEADS,
    Input("width", _("Width in pixels"), "number", least=20, most=600),
    CENTERED,
)
HEIGHT = Input("height", _("Height in pixels"), "number", least=4, most=200)
ALL = (
    Kind("text", _("Text"), "list", (Input("text", _("Text"), "long", MARKDOWN), SIZE, ALIGN), {"text": ""}),
    Kind("heading", _("Heading"), "file", (Input("text", _("Heading")), LEVEL, ALIGN), {"text": "", "level": 1}),
    Kind("image", _("Picture"), "image", PICTURE, {"src": "", "alt": "", "href": "", "width": 600}),
    Kind("button", _("Button"), "next", (Input("label", _("Label")), LEADS, ALIGN), {"label": "", "href": "https://"}),
    Kind("columns", _("Columns"), "columns"),
    Kind("products", _("Products"), "value",
         (WHICH, TITLE, Input("most", _("At most"), "number", least=1, most=12), IF_NOTHING),
         {"what": "products", "title": "", "most": 4}),
    Kind("supplied", _("For this person"), "person", (WHAT, TITLE, IF_NOTHING), {"what": "", "title": ""}),
    Kind("divider", _("Line"), "minus"),
    Kind("spacer", _("Space"), "down", (HEIGHT,), {"height": 24}),
    Kind("block", _("Reusable block"), "duplicates", (Input("block", _("Block"), "block"),), {"block": 0}),
    Kind("html", _("HTML"), "key", (Input("html", _("HTML"), "long"),), {"html": ""}),
    Kind("footer", _("Footer"), "out", (Input("text", _("Who writes, and from where"), "long", LINKS_FOLLOW),),
         {"text": ""}),
)  # fmt: skip
KINDS = {kind.name: kind for kind in ALL}
MESSAGE = {
    "subject": _("Subject"), "preheader": _("Preview text"), "format": _("Written in"), "accent": _("Accent"),
    "paper": _("Around"), "sheet": _("Sheet"), "ink": _("Text"), "font": _("Font"),
}  # fmt: skip
FORMATS = {"blocks": _("blocks"), "mjml": "MJML", "html": "HTML", "text": _("plain text")}
IN_COLUMNS = tuple(name for name in KINDS if name not in ("columns", "footer", "block"))


def field_in_words(kind: str, name: str, text: str) -> tuple[str, str]:
    """A field and what stands in it, as the editor calls them; without a name the kind of block itself."""
    if not kind:
        return str(MESSAGE.get(name, name)), str(FORMATS.get(text, text) if name == "format" else text)
    known = KINDS.get(kind)
    if known is None or not name:
        return str(known.label if known else kind), text
    one = next((each for each in known.inputs if each.name == name), None)
    if one is None:
        return name, text
    supplied = registry.supplies.get(text) if one.type == "supply" else None
    return str(one.label), str(supplied.label if supplied else dict(one.choices).get(text, text))
