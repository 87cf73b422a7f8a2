"""From what authors write to what can be rendered fast: everything that costs time happens here, once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from regulars.content.rendering.blocks import Maker, message
from regulars.content.rendering.checking import Checker
from regulars.content.rendering.cleaning import clean, clean_css
from regulars.content.rendering.errors import ContentError
from regulars.content.rendering.links import MOST, number_bare, number_links
from regulars.content.rendering.look import direction, look_of
from regulars.content.rendering.mjml import check_hosts, closed, rewrite, to_html
from regulars.content.rendering.plain import to_text
from regulars.content.rendering.supplied import SHAPES
from regulars.content.rendering.tokens import Tokens, free_mark

FORMATS = ("blocks", "mjml", "html", "text")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STYLES = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
BODY = re.compile(r"<body\b[^>]*>(.*?)(?:</body\s*>|$)", re.DOTALL | re.IGNORECASE)
SUBJECT = 300
PREHEADER = (
    '<div style="display:none;font-size:1px;line-height:1px;max-height:0;overflow:hidden">{{ _preheader }}</div>'
)
OPEN_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def compile_variants(
    variants: Mapping[str, Mapping[str, Any]],
    blocks: Mapping[int, Sequence[Any]] | None = None,
    *,
    facts: Mapping[str, bool] | None = None,
    shapes: Mapping[str, str] | None = None,
    channel: str = "email",
) -> dict[str, Any]:
    """{language: what Prepared needs}, JSON-able. Raises ContentError with the place of the first fault.

    `blocks` are the reusable ones by number; `facts` {name: can it be missing} are the merge tags there are; `shapes`
    {name: shape} what upper rooms bring.
    """
    if not variants:
        raise ContentError("", "Write the text in one language at least.")
    house = (blocks or {}, {**SHAPES, **(shapes or {})})
    made = {lang: _variant(lang, variant, house, facts, channel) for lang, variant in variants.items()}
    for place, one in enumerate(made.values()):
        one["place"] = place
    return made


def _variant(language: str, variant: Mapping[str, Any], house: Any, facts: Any, channel: str) -> dict[str, Any]:
    if not LANGUAGE.fullmatch(language):
        raise ContentError(language, f"“{language}” is not a language such as en or de-AT.")
    form = variant.get("format", "blocks")
    if form not in FORMATS:
        raise ContentError(f"{language}.format", f"The format is one of {', '.join(FORMATS)}.")
    if channel == "sms" and form != "text":
        raise ContentError(f"{language}.format", "An SMS is plain text.")
    checker = Checker(facts)
    lines = {name: _line(variant, name, language, checker, channel) for name in ("subject", "preheader")}
    checker.markup = form != "text"
    page, text, links = _texts(form, language, variant, house, checker)
    return {
        "channel": channel, "format": form, **lines, "html": page, "text": text, "links": links,
        "tags": sorted(checker.tags), "supplied": checker.supplied, "needs": sorted(checker.needs),
        "event": sorted(checker.event),
    }  # fmt: skip


def _line(variant: Mapping[str, Any], name: str, language: str, checker: Checker, channel: str) -> str:
    said = variant.get(name) or ""
    path = f"{language}.{name}"
    if not isinstance(said, str) or len(said) > SUBJECT:
        raise ContentError(path, f"This is one line of {SUBJECT} characters at most.")
    if name == "subject" and channel == "email" and not said.strip():
        raise ContentError(path, "Write a subject: it is what people see first.")
    checker.check(said, path)
    return said


def _texts(form: str, language: str, variant: Any, house: Any, checker: Checker) -> tuple[str, str, list[str]]:
    """HTML and plain text with numbered links; a message of plain text has no HTML."""
    source, path = variant.get("source"), f"{language}.{form}"
    links: list[str] = []
    if form == "blocks":
        page, tokens = _from_blocks(language, variant, source, house, checker, path)
    else:
        if not isinstance(source, str) or not source.strip():
            raise ContentError(path, "There is no text yet.")
        checker.check(source, path)
        tokens = Tokens(free_mark(source))
        if form == "text":
            return "", _lines(number_bare(tokens.swap(source), tokens, links), tokens, links, path), links
        make = _from_mjml if form == "mjml" else _from_html
        page = make(source, tokens, language, path)
    page = number_links(page, tokens, links)
    text = to_text(page)
    return _with_preheader(tokens.restore(page)), _lines(text, tokens, links, path), links


def _lines(text: str, tokens: Tokens, links: list[str], path: str) -> str:
    if len(links) > MOST:
        raise ContentError(path, f"A message has {MOST} links at most.")
    return tokens.restore(text)


def _from_blocks(language: str, variant: Any, source: Any, house: Any, checker: Checker, path: str):
    if not source:
        raise ContentError(path, "There is nothing in it yet: add a block.")
    blocks, shapes = house
    named = repr(source) + repr(blocks)
    tokens = Tokens(free_mark(named))
    look = look_of(variant.get("look"), f"{language}.look")
    maker = Maker(tokens, checker, look, language, blocks, shapes)
    return to_html(message(maker, source, path), named, tokens, path), tokens


def _from_mjml(source: str, tokens: Tokens, language: str, path: str) -> str:
    page = to_html(rewrite(tokens.swap(source), tokens, path), source, tokens, path)
    return page.replace('lang="und" dir="auto"', f'lang="{language}" dir="{direction(language)}"')


def _from_html(source: str, tokens: Tokens, language: str, path: str) -> str:
    """The author's page: styles and body kept as far as mail allows, the frame is ours."""
    swapped = tokens.swap(source)
    css = "\n".join(clean_css(found[1], tokens, path) for found in STYLES.finditer(swapped))
    body = BODY.search(swapped)
    inside = closed(clean(STYLES.sub("", body[1] if body else swapped), tokens, path))
    page = (
        f'<!doctype html><html lang="{escape(language)}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{css}</style></head>'
        f"<body>{inside}</body></html>"
    )
    check_hosts(page, source, path)
    return page


def _with_preheader(page: str) -> str:
    return OPEN_BODY.sub(lambda body: body[0] + PREHEADER, page, count=1)
