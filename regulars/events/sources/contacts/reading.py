"""Rows of a contact export become people: who they are, what they said and when, which addresses are dead."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from regulars.events.item import encode
from regulars.events.sources.contacts import by_key
from regulars.events.sources.contacts.tools import Row, Stand, Suppressed
from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.files import Record
from regulars.events.sources.csv.orders import NO_TRAIT
from regulars.events.sources.csv.people import TRAITS
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit, message_id, timestamp
from regulars.events.sources.csv.values import CellError

MOST_ATTRIBUTES = 60


class Contacts:
    """Turns records into units, one per row. What has no time of its own speaks of the time of the import."""

    def __init__(self, cells: Cells, *, revision: int, summary: Summary) -> None:
        self.cells, self.revision, self.summary = cells, revision, summary
        self.tool = by_key(cells.mapping.options["tool"])
        self.of = cells.mapping.options.get("of", "")

    def units(self, records: Iterable[Record]) -> Iterator[Unit]:
        for record in records:
            unit = Unit([record])
            try:
                self._fill(unit, record)
            except CellError as wrong:
                unit.items, unit.suppress, unit.reasons = [], [], [str(wrong)]
            yield unit

    def _fill(self, unit: Unit, record: Record) -> None:
        cells = self.cells.fit(record)
        row = Row({field: self.cells.text(cells, field) for field in self.cells.at})
        email, phone = row["email"], row["phone"]
        if not email and not phone:
            raise CellError("The row has neither an e-mail address nor a phone number.")
        address = {"email": email, "sms": phone}
        stands = [stand for stand in self.tool.standing(row, self.of) if address[stand.channel]]
        who = {"userId": customer} if (customer := self.cells.customer(cells)) else {}
        naming = {name: value for name, value in (("email", email), ("phone", phone)) if value}
        unit.items = [*(self._consent(who, naming, stand, address[stand.channel]) for stand in stands if stand.state)]
        birthday = self._birthday(unit, cells)
        unit.items.append(self._identify(who, row, birthday, row.time("changed")))
        unit.suppress = [
            Suppressed(stand.channel, address[stand.channel], *stand.suppress, json.dumps(stand.evidence)[:300])
            for stand in stands
            if stand.suppress
        ]
        self.summary.count_person(email or phone)
        for stand in stands:
            self.summary.count_said(stand.channel, stand.state or "suppressed")

    def _consent(self, who: dict, naming: dict, stand: Stand, address: str) -> dict[str, Any]:
        consent = {"channel": stand.channel, "state": stand.state, "address": address, "evidence": stand.evidence}
        return self._said({**who, "context": {"consents": [consent], "traits": naming}}, stand.at)

    def _birthday(self, unit: Unit, cells: list[str]) -> str:
        """As 1980-02-29. Days without a year (Mailchimp's 05/17) are left out: nobody can tell the age."""
        if self.cells.text(cells, "birthday").count("/") == 1:
            return ""
        birthday, unit.left_out = self.cells.birthday(cells)
        self.summary.left_out += bool(unit.left_out)
        return birthday

    def _identify(self, who: dict[str, Any], row: Row, birthday: str, at: int | None) -> dict[str, Any]:
        traits = {name: row[field] for field, name in TRAITS.items() if row[field].lower() not in NO_TRAIT}
        traits |= {field[6:]: text for field, text in row.cells.items() if field.startswith("trait:") and text}
        if birthday:
            traits["birthday"] = birthday
        if tags := ", ".join(_tags(row["tags"])):
            traits["tags"] = tags
        return self._said({**who, "traits": {**_attributes(row["attributes"]), **traits}}, at)

    def _said(self, said: dict[str, Any], at: int | None) -> dict[str, Any]:
        said = {"type": "identify", **said}
        if at is not None:
            said["timestamp"] = timestamp(at)
        said["messageId"] = message_id(said)
        said.setdefault("timestamp", timestamp(self.revision))
        return said


def _tags(text: str) -> list[str]:
    """Tags stand in one cell, as "a","b" or a, b or ["a", "b"]."""
    text = text.strip().removeprefix("[").removesuffix("]")
    rows = list(csv.reader([text.replace("\n", " ")], skipinitialspace=True)) if text else []
    return [tag.strip()[:80] for tag in (rows[0] if rows else []) if tag.strip()]


def _attributes(text: str) -> dict[str, Any]:
    """A JSON object in a cell: its plain values are traits. Raises CellError when it is none."""
    if not text or text == "{}":
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise CellError(f"“{text[:40]}” is not what attributes look like: a JSON object.")
    plain = {name: value for name, value in said.items() if isinstance(value, str | int | float | bool)}
    return {name[:80]: value for name, value in list(plain.items())[:MOST_ATTRIBUTES] if len(encode(value)) < 1000}
