"""The filters of Liquid that texts may use: no clock, no way around escaping, nothing that grows without bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from dateutil import parser
from liquid.builtin.filters import array, math, misc, string
from liquid.exceptions import FilterArgumentError
from liquid.undefined import is_undefined

from regulars.content.rendering.errors import CannotRender

TEXT = 100_000
ENTRIES = 1_000
DIGITS = 10**30


def bounded(*values: Any) -> int:
    """The size of some values. Raises CannotRender for one that is too large to work on."""
    size = 0
    for value in values:
        if isinstance(value, str):
            size += _most(len(value), TEXT, "characters")
        elif isinstance(value, list | tuple | range | dict):
            size += _most(len(value), ENTRIES, "entries")
        elif isinstance(value, int) and abs(value) > DIGITS:
            raise CannotRender("The template makes a number with more than 30 digits.")
    return size


def _most(size: int, most: int, what: str) -> int:
    if size > most:
        raise CannotRender(f"The template works on more than {most:,} {what} at once.")
    return size


def replace(value: Any, seek: Any, put: Any = "") -> str:
    """Like the library's, refusing what would grow too large before it does."""
    value, seek, put = _text(value), _text(seek), _text(put)
    times = value.count(seek)
    _most(len(value) + times * max(0, len(put) - len(seek)), TEXT, "characters")
    return value.replace(seek, put)


def join(value: Any, between: Any = " ") -> str:
    """The entries of a list as one text."""
    entries = [_text(entry) for entry in value] if isinstance(value, list | tuple | range) else [_text(value)]
    _most(sum(map(len, entries)) + len(entries) * len(_text(between)), TEXT, "characters")
    return _text(between).join(entries)


def date(value: Any, form: Any = "%d %B %Y") -> str:
    """A date in another form (strftime). "now" is refused: a text says the same whenever it is rendered."""
    if value is None or is_undefined(value):
        return ""
    moment = getattr(value, "moment", None) or _moment(value)
    return moment.strftime(_text(form)[:100]) if moment else _text(value)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    text = _text(value).strip()[:60]
    if text.lower() in ("now", "today", "") or text.isdigit():
        raise FilterArgumentError(f"{text!r} is not a date that can be known", token=None)
    try:
        return parser.parse(text)
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str:
    return "" if value is None or is_undefined(value) else str(value)


def plain(value: Any) -> str:
    """`escape` and its kin: every value is escaped where it is put out, so there is nothing left to do."""
    return _text(value)


def _number(call: Callable[..., Any]) -> Callable[..., Any]:
    """Money and counts are numbers that show themselves as words: reckon with the number."""
    return lambda value, *args: call(getattr(value, "raw", value), *(getattr(arg, "raw", arg) for arg in args))


def url_encode(value: Any) -> str:
    """Percent-encoded, for the values in an address."""
    return quote_plus(_text(value))


def strip_newlines(value: Any) -> str:
    """On one line."""
    return _text(value).replace("\r", "").replace("\n", "")


def _end(value: Any, place: int) -> Any:
    return value[place] if isinstance(value, list | tuple | range) and value else None


NUMBERS = ("at_most", "at_least", "ceil", "floor", "divided_by", "minus", "plus", "times", "modulo")
STRINGS = (
    "capitalize", "downcase", "upcase", "append", "prepend", "lstrip", "rstrip", "strip", "squish", "remove",
    "remove_first", "replace_first", "split", "truncate", "truncatewords",
)  # fmt: skip
ARRAYS = ("concat", "reverse", "sort", "where", "reject", "uniq", "compact")
FILTERS: dict[str, Callable[..., Any]] = {
    **{name: _number(getattr(math, name)) for name in NUMBERS},
    **{name: getattr(string, name) for name in STRINGS},
    **{name: getattr(array, name) for name in ARRAYS},
    "abs": _number(math.abs_), "round": _number(math.round_), "slice": string.slice_, "map": array.map_,
    "sum": array.sum_, "first": lambda value: _end(value, 0), "last": lambda value: _end(value, -1),
    "join": join, "replace": replace, "strip_newlines": strip_newlines, "url_encode": url_encode,
    "escape": plain, "escape_once": plain, "h": plain, "size": misc.size, "default": misc.default, "date": date,
}  # fmt: skip
