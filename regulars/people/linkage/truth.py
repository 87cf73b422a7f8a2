"""The truth read into an own DuckDB: one row per person, columns found among the traits people really have.

Read from the database, never from the lake, in pieces by node number. What a person's nodes say differently is
settled as everywhere: the latest by event time.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa
from django.db import connection as truth

TRAITS = {
    "first_name": ("firstName", "first_name", "firstname", "givenName", "given_name", "forename"),
    "last_name": ("lastName", "last_name", "lastname", "familyName", "family_name", "surname"),
    "name": ("name", "fullName", "full_name"),
    "dob": ("birthday", "birthDate", "birth_date", "birthdate", "dateOfBirth", "date_of_birth", "dob"),
    "street": ("street", "address1", "address_1", "addressLine1", "street_address"),
    "postcode": ("postalCode", "postal_code", "postcode", "zip", "zipCode", "zip_code"),
    "city": ("city", "town", "suburb"),
    "address": ("address",),
}
IN_ADDRESS = {
    "street": ("street", "address1", "line1", "addressLine1"),
    "postcode": ("postalCode", "postal_code", "postcode", "zip"),
    "city": ("city", "town"),
}
PIECE = 100_000  # nodes
SAID = pa.schema([("person_id", pa.int64()), ("name", pa.string()), ("value", pa.string()), ("ts", pa.int64())])
SHOWN = ("first_name", "last_name", "birthday", "email", "phone", "street", "postcode", "city")


def read(connection: duckdb.DuckDBPyConnection, *, country: str) -> int:
    """Fill the tables `shown` (as it was said) and `people` (cleaned for comparing); returns how many persons."""
    connection.execute("CREATE TABLE said (person_id BIGINT, name VARCHAR, value VARCHAR, ts BIGINT)")
    for start in range(0, _last_node() + 1, PIECE):
        for rows in (_traits(start), _identifiers(start)):
            _add(connection, rows)
    connection.execute(_shown_sql())
    connection.execute("DROP TABLE said")
    return prepare(connection, country=country)


def prepare(connection: duckdb.DuckDBPyConnection, *, country: str) -> int:
    """Make `people` of `shown`: lower case without accents, dates as ISO text, postcodes without spaces."""
    connection.execute(_people_sql("%m/%d/%Y" if country == "US" else "%d/%m/%Y"))
    return connection.execute("SELECT count(*) FROM people").fetchall()[0][0]


def _last_node() -> int:
    with truth.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM people_node")
        return cursor.fetchone()[0]


def _traits(start: int) -> list[tuple]:
    names = sorted({name for aliases in TRAITS.values() for name in aliases})
    marks = ", ".join(["%s"] * len(names))
    return _rows(
        "SELECT n.person_id, t.name, t.value, t.at FROM people_node n JOIN people_trait t ON t.node_id = n.id"
        f" WHERE n.id >= %s AND n.id < %s AND n.person_id IS NOT NULL AND t.name IN ({marks})",
        [start, start + PIECE, *names],
    )


def _identifiers(start: int) -> list[tuple]:
    """Values that prove something: neither placeholders nor in quarantine."""
    return _rows(
        "SELECT n.person_id, '#' || i.type, i.value, i.last_us FROM people_node n"
        " JOIN people_identifier i ON i.node_id = n.id"
        " LEFT JOIN people_quarantine q ON q.type = i.type AND q.value = i.value AND q.released_us IS NULL"
        " WHERE n.id >= %s AND n.id < %s AND n.person_id IS NOT NULL AND q.id IS NULL AND i.refused = ''"
        " AND i.type IN ('email', 'phone', 'card')",
        [start, start + PIECE],
    )


def _rows(sql: str, params: list) -> list[tuple]:
    with truth.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _add(connection: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    if rows:
        columns = zip(*rows, strict=True)
        piece = pa.table([pa.array(c, f.type) for c, f in zip(columns, SAID, strict=True)], schema=SAID)
        connection.register("piece", piece)
        connection.execute("INSERT INTO said SELECT * FROM piece")
        connection.unregister("piece")


def _shown_sql() -> str:
    address = _latest(TRAITS["address"], "value")
    parts = {c: _first(_inside(address, keys), _latest(TRAITS[c])) for c, keys in IN_ADDRESS.items()}
    full = _latest(TRAITS["name"])
    first_part = f"regexp_extract({full}, '^(.*\\S)\\s+\\S+$', 1)"
    last_part = f"regexp_extract({full}, '(\\S+)\\s*$', 1)"
    return f"""
CREATE TABLE shown AS
SELECT person_id,
    coalesce({_latest(TRAITS["first_name"])}, nullif({first_part}, '')) AS first_name,
    coalesce({_latest(TRAITS["last_name"])}, nullif({last_part}, '')) AS last_name,
    {_latest(TRAITS["dob"])} AS birthday,
    {_latest(["#email"])} AS email, {_latest(["#phone"])} AS phone,
    {parts["street"]} AS street, {parts["postcode"]} AS postcode, {parts["city"]} AS city,
    list(DISTINCT value) FILTER (WHERE name = '#card') AS cards
FROM (SELECT *, CASE WHEN name NOT LIKE '#%' THEN json_extract_string(value, '$') ELSE value END AS text FROM said)
GROUP BY person_id"""


def _latest(names: Iterable[str], value: str = "text") -> str:
    wanted = ", ".join(f"'{name}'" for name in names)
    return f"arg_max({value}, ts) FILTER (WHERE name IN ({wanted}))"


def _inside(address: str, keys: Iterable[str]) -> str:
    return _first(*(f"json_extract_string({address}, '$.{key}')" for key in keys))


def _first(*values: str) -> str:
    return f"coalesce({', '.join(values)})"


def _clean(column: str) -> str:
    plain = f"strip_accents(lower({column}))"
    return f"nullif(trim(regexp_replace({plain}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"


def _people_sql(day_format: str) -> str:
    iso = "nullif(regexp_extract(birthday, '^\\d{4}-\\d{2}-\\d{2}'), '')"
    forms = f"['%Y%m%d', '{day_format}', '{day_format.replace('/', '.')}', '{day_format.replace('/', '-')}']"
    return f"""
CREATE TABLE people AS
SELECT *, coalesce({_named("local", "first_name", "last_name")}, false) AS named
FROM (SELECT person_id, {_clean("first_name")} AS first_name, {_clean("last_name")} AS last_name,
    coalesce({iso}, strftime(try_strptime(trim(birthday), {forms}), '%Y-%m-%d')) AS dob,
    email, nullif(split_part(email, '@', 1), '') AS local, phone, {_clean("street")} AS street,
    nullif(regexp_replace(upper(postcode), '[^A-Z0-9]', '', 'g'), '') AS postcode, {_clean("city")} AS city,
    coalesce(cards, []::VARCHAR[]) AS cards
FROM shown)"""


def _named(local: str, first: str, last: str) -> str:
    """Whether what stands before the @ is made of the name: anna.berg, a.berg, berg.anna7."""
    said, first, last = (f"regexp_replace({column}, '[^\\p{{L}}]', '', 'g')" for column in (local, first, last))
    made = (f"{first} || {last}", f"{last} || {first}", f"left({first}, 1) || {last}", f"{first} || left({last}, 1)")
    return f"{said} IN ({', '.join(made)})"
