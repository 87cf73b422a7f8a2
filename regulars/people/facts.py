"""What this room knows of one person, from the truth (`now`) and from the lake: the same answers.

Name, e-mail and phone number stay out of the lake, so they have no lake reader and are no segment conditions;
whether there is an address has one. Traits (`trait:<name>`) and consents (`consent:<purpose>:<channel>`) of any
name are read by segments straight from their tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core import bulk
from regulars.core.clock import DAY, from_us, now_us
from regulars.core.plugs import Fact, register

BIRTHDAYS = ("birthday", "birth_date", "birthDate", "date_of_birth")
A_DATE = r'^"[0-9]{4}-[0-9]{2}-[0-9]{2}'


def _column(column: str) -> Callable[[Sequence[int]], dict[int, Any]]:
    def now(person_ids: Sequence[int]) -> dict[int, Any]:
        ids, params = bulk.ids(person_ids)
        rows = bulk.query(f"SELECT id, {column} FROM people_person WHERE merged_into IS NULL AND id IN {ids}", params)
        return {person: value for person, value in rows if value not in ("", None)}

    return now


def _has(column: str) -> Callable[[Sequence[int]], dict[int, bool]]:
    def now(person_ids: Sequence[int]) -> dict[int, bool]:
        return dict.fromkeys(_column(column)(person_ids), True)

    return now


def _of_people(read: Callable[[ir.Table], ir.Value]) -> Callable[..., ir.Table]:
    """Null means missing."""

    def lake(tables: Callable[[str], ir.Table]) -> ir.Table:
        rows = tables("people")
        rows = rows.filter(rows.merged_into.isnull()).select("person_id", value=read(rows))
        return rows.filter(rows["value"].notnull()).mutate(next_us=ibis.null("int64"))

    return lake


# --- age: whole years in UTC days, from the birthday said last


def _said_birthdays(person_ids: Sequence[int]) -> dict[int, str]:
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, t.value FROM people_node n JOIN people_trait t ON t.node_id = n.id"
        f" WHERE n.person_id IN {ids} AND t.name IN ({', '.join(['%s'] * len(BIRTHDAYS))})"
        " ORDER BY t.at, t.node_id DESC, t.name DESC",
        [*params, *BIRTHDAYS],
    )
    return {person: value[1:11] for person, value in rows if re.match(A_DATE, value)}


def birthdays(person_ids: Sequence[int]) -> dict[int, str]:
    """The birthday as YYYY-MM-DD, the one said last."""
    return _said_birthdays(person_ids)


def ages(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """Whole years; somebody born on 29 February is a year older on 1 March."""
    today = from_us(now_us() if at is None else at)
    number = today.year * 10_000 + today.month * 100 + today.day
    born = {person: int(day.replace("-", "")) for person, day in _said_birthdays(person_ids).items()}
    return {person: (number - day) // 10_000 for person, day in born.items()}


def _born(tables: Any) -> ir.Table:
    """(person_id, y, m, d) of the birthday said last."""
    said = tables("traits")
    said = said.filter(said.name.isin(BIRTHDAYS) & said["value"].re_search(A_DATE))
    mine = said.join(tables("nodes").select("node_id", "person_id"), "node_id")
    newest = ibis.window(group_by=mine.person_id, order_by=[mine["at"].desc(), mine.node_id, mine.name])
    last = mine.mutate(place=ibis.row_number().over(newest)).filter(ibis._.place == 0)
    part = {name: last["value"].substr(start, size).cast("int64") for name, start, size in PARTS}
    return last.select("person_id", **part)


PARTS = (("y", 1, 4), ("m", 6, 2), ("d", 9, 2))


def _age_lake(tables: Any) -> ir.Table:
    """Changes at the next birthday."""
    born = _born(tables)
    year, month, day = _civil(_floor(tables.now_us, DAY))
    age = _floor(year * 10_000 + month * 100 + day - born.y * 10_000 - born.m * 100 - born.d, 10_000)
    rows = born.mutate(value=age)
    return rows.select("person_id", "value", next_us=_days(rows.y + rows["value"] + 1, rows.m, rows.d) * DAY)


def _birthday_lake(tables: Any) -> ir.Table:
    born = _born(tables)
    text = born.y.cast("string").lpad(4, "0") + "-" + born.m.cast("string").lpad(2, "0") + "-"
    return born.select("person_id", value=text + born.d.cast("string").lpad(2, "0"), next_us=ibis.null("int64"))


def _floor(value: Any, by: int) -> Any:
    return (value / by).floor().cast("int64")


def _civil(days: Any) -> tuple[Any, Any, Any]:
    """Year, month and day of days since 1970, after H. Hinnant's "chrono-compatible low-level date algorithms"."""
    z = days + 719_468
    era = _floor(z, 146_097)
    doe = z - era * 146_097
    yoe = _floor(doe - _floor(doe, 1460) + _floor(doe, 36_524) - _floor(doe, 146_096), 365)
    doy = doe - (365 * yoe + _floor(yoe, 4) - _floor(yoe, 100))
    mp = _floor(5 * doy + 2, 153)
    month = mp + ibis.ifelse(mp < 10, 3, -9)
    year = yoe + era * 400 + ibis.ifelse(month <= 2, 1, 0)
    return year, month, doy - _floor(153 * mp + 2, 5) + 1


def _days(year: Any, month: Any, day: Any) -> Any:
    """Days since 1970 of a date, the reverse; 29 February in a short year is 1 March."""
    y = year - ibis.ifelse(month <= 2, 1, 0)
    era = _floor(y, 400)
    yoe = y - era * 400
    doy = _floor(153 * (month + ibis.ifelse(month > 2, -3, 9)) + 2, 5) + day - 1
    return era * 146_097 + yoe * 365 + _floor(yoe, 4) - _floor(yoe, 100) + doy - 719_468


def _fact(name: str, label: str, type: str, now: Callable, lake: Callable | None, **more: Any) -> Fact:
    gather = more.pop("gather", ("people",))
    return Fact(name=name, label=label, room="people", type=type, now=now, lake=lake, gather=gather, **more)


TRAITS = ("traits", "nodes")
register(
    _fact("name", "Name", "text", _column("name"), None),
    _fact("email", "E-mail address", "text", _column("email"), None, missing="none"),
    _fact("phone", "Phone number", "text", _column("phone"), None, missing="none"),
    _fact("city", "Town", "text", _column("city"), _of_people(lambda p: p.city.nullif(""))),
    _fact(
        "has_email",
        "Has an e-mail address",
        "bool",
        _has("email"),
        _of_people(lambda p: ibis.ifelse(p.has_email, True, None)),
        missing="no",
    ),
    _fact(
        "has_phone",
        "Has a phone number",
        "bool",
        _has("phone"),
        _of_people(lambda p: ibis.ifelse(p.has_phone, True, None)),
        missing="no",
    ),
    _fact("first_seen", "First seen", "time", _column("first_us"), _of_people(lambda p: p.first_us)),
    _fact("last_seen", "Last seen", "time", _column("last_us"), _of_people(lambda p: p.last_us)),
    _fact(
        "profiles",
        "Profiles joined",
        "number",
        _column("nodes"),
        _of_people(lambda p: p.nodes.cast("int64")),
        missing="0",
        unit="profiles",
    ),
    _fact("birthday", "Birthday", "date", birthdays, _birthday_lake, gather=TRAITS),
    _fact("age", "Age", "number", ages, _age_lake, unit="years", gather=TRAITS),
)
