"""Lists: columns with sort links, links that keep the rest of the query, CSV that streams."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, StreamingHttpResponse


@dataclass(frozen=True)
class Column:
    """A column head. `sort` is sent as ?sort=, -sort sorts down; `down_first` is how a first click sorts."""

    label: str
    sort: str = ""
    num: bool = False
    wide: bool = False
    about: str = ""
    down_first: bool = False


def link(request: HttpRequest, **changes: object) -> str:
    """This page's address with some parameters changed; None removes one. Any change starts at page one."""
    query = request.GET.copy()
    if "after" not in changes:
        query.pop("after", None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else request.path


def heads(request: HttpRequest, columns: Iterable[Column], sort: str = "") -> list[dict]:
    """What the head row needs: label, the link that sorts, and how it is sorted now."""
    return [_head(request, column, request.GET.get("sort", sort)) for column in columns]


def _head(request: HttpRequest, column: Column, now: str) -> dict:
    order = ""
    if column.sort and now.lstrip("-") == column.sort:
        order = "descending" if now.startswith("-") else "ascending"
    down = order == "ascending" or (not order and column.down_first)
    href = link(request, sort=("-" if down else "") + column.sort) if column.sort else ""
    return {"column": column, "order": order, "href": href}


class _Echo:
    def write(self, value: str) -> str:
        return value


# A spreadsheet runs cells that begin so as formulas (OWASP, CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """A CSV file, written while it is sent: its length costs no memory. UTF-8 with a byte order mark."""
    writer = csv.writer(_Echo())

    def lines():
        yield "\ufeff" + writer.writerow(list(head))
        for row in rows:
            yield writer.writerow([_harmless(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
