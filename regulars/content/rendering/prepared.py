"""A compiled text, ready to be rendered for one person after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from regulars.content.rendering.errors import CannotRender
from regulars.content.rendering.links import COMPILED, STEP, safe_url
from regulars.content.rendering.liquid import OUTPUT, Liquid, Pieces, Sandbox, parse, said
from regulars.content.rendering.program import execute, program

Rewrite = Callable[[int, str], str]
LINE = 250
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
PIXEL = '<img src="{}" width="1" height="1" alt="" style="display:block;border:0">'
BLANK = re.compile(r"\n\s*\n\s*\n")
BODY_END = "</body>"
OURS = '="/media/'  # our own pictures, as versions keep them: where the site is may change


class Text:
    """One text of a message, ready to run."""

    def __init__(self, source: str, env: Liquid | None = None):
        self.template = parse(source, env)
        self.steps = program(self.template.nodes)

    def render(self, context: Mapping[str, Any], *, html: bool = False, rewrite: Rewrite | None = None) -> str:
        """The text for one person. Raises CannotRender with a sentence, whatever goes wrong."""
        return "".join(self.pieces(context, html=html, rewrite=rewrite))

    def pieces(
        self, context: Mapping[str, Any], *, html: bool = False, rewrite: Rewrite | None = None
    ) -> Sequence[str]:
        """The same, not yet joined: what is the same for everybody stands in pieces of its own."""
        out = Pieces()
        try:
            execute(self.steps, Sandbox(self.template, globals=context, html=html, rewrite=rewrite), out)
        except CannotRender:
            raise
        except Exception as error:  # a filter may fail in as many ways as there are values
            raise CannotRender(f"The template could not be worked out: {said(error)}.") from error
        if sum(map(len, out)) > OUTPUT:
            raise CannotRender(f"The message would be longer than {OUTPUT:,} characters.")
        return out


@dataclass(frozen=True)
class Rendered:
    """One person's message. `subject` and `preheader` are one line each; SMS: only `text`.

    `pieces`: the HTML cut where it differs by person, so that who encodes it does the shared ones once.
    """

    subject: str
    preheader: str
    html: str
    text: str
    pieces: tuple[str, ...] = ()


class Prepared:
    """One language of a compiled template. Parsing costs milliseconds, rendering microseconds: keep it.

    `tags`: the facts it reads; `supplied`: what upper rooms must bring, names at the top of the context; `needs`:
    those without which it does not go out; `links`: the targets as written, the first has number 1.
    `base`: where our own pictures are served.
    """

    def __init__(self, compiled: Mapping[str, Any], language: str = "", *, base: str = ""):
        self.language = choose(compiled, language)
        one = compiled[self.language]
        self.tags: tuple[str, ...] = tuple(one["tags"])
        self.supplied: tuple[str, ...] = tuple(one["supplied"])
        self.needs: tuple[str, ...] = tuple(one.get("needs", ()))
        self.links: tuple[str, ...] = tuple(one["links"])
        head, _, tail = one["html"].replace(OURS, f'="{base}/media/').rpartition(BODY_END)
        self._tail = BODY_END + tail if head else ""
        self._subject, self._preheader = _line(one["subject"]), _line(one["preheader"])
        self._html = Text(head or tail, COMPILED) if one["html"] else None
        self._text = Text(one["text"], COMPILED)

    def render(self, context: Mapping[str, Any], link: Rewrite | None = None, pixel: str = "") -> Rendered:
        """The message for one person. Raises CannotRender with a sentence; never returns half a message.

        `link(number, url)` gives the address that replaces a web link, `pixel` is the address of an image to append.
        """
        for name in self.needs:
            if not context.get(name):
                raise CannotRender(f"There is no “{name}” for this person, and the text is not to go out without it.")
        subject, preheader = self._one_line(self._subject, context), self._one_line(self._preheader, context)
        text = BLANK.sub("\n\n", self._text.render(context, rewrite=link)).strip()
        page: tuple[str, ...] = ()
        if self._html is not None:
            body = self._html.pieces({**context, "_preheader": preheader}, html=True, rewrite=link)
            page = (*body, PIXEL.format(escape(pixel)) if pixel else "", self._tail)
        return Rendered(subject, preheader, "".join(page), text, page)

    def target(self, context: Mapping[str, Any], number: int) -> str:
        """Where link `number` leads for this person: to follow a click. Raises KeyError when it has no such link.

        Links within a loop are numbered n, n + 1000, n + 2000, ...
        """
        if not 1 <= number % STEP <= len(self.links):
            raise KeyError(number)
        written = self.links[number % STEP - 1]
        if "{" not in written:
            return safe_url(written)
        found: dict[int, str] = {}
        self.render(context, lambda n, url: found.setdefault(n, url))
        return found[number]

    @staticmethod
    def _one_line(line: Any, context: Mapping[str, Any]) -> str:
        return line if isinstance(line, str) else one_line(line.render(context))


def _line(source: str) -> Any:
    """Text without Liquid stays text."""
    return Text(source) if "{" in source else one_line(source)


def one_line(text: str) -> str:
    """A text without line breaks, control and direction signs: it can become a header."""
    return " ".join(CONTROL.sub(" ", text).split())[:LINE]


def choose(compiled: Mapping[str, Any], language: str) -> str:
    """The language for a person: theirs, else its root ("de" for "de-AT"), else the first one."""
    if not compiled:
        raise CannotRender("This template has no text.")
    known = {name.lower(): name for name in compiled}
    wanted = language.replace("_", "-").lower()
    return (
        known.get(wanted)
        or known.get(wanted.split("-")[0])
        or min(compiled, key=lambda name: compiled[name].get("place", 0))
    )
