"""Rows of a people file become what each person says about themselves: traits, identifiers, consents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.files import Record
from regulars.events.sources.csv.orders import NO_TRAIT
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit, message_id, timestamp
from regulars.events.sources.csv.values import CellError, read_consent

TRAITS = {
    "name": "name", "first_name": "firstName", "last_name": "lastName", "email": "email", "phone": "phone",
    "card": "loyalty_card", "city": "city", "postcode": "postcode", "street": "street", "country": "country",
    "gender": "gender", "language": "language", "company": "company",
}  # fmt: skip
CHANNELS = ("email", "sms", "phone", "post")


class People:
    """Turns records into units, one per row. Rows without a date speak of the time of the import."""

    def __init__(self, cells: Cells, *, revision: int, summary: Summary) -> None:
        self.cells, self.revision, self.summary = cells, revision, summary
        self.traits = {field: TRAITS[field] for field in cells.at if field in TRAITS}
        self.traits |= {field: field[6:] for field in cells.at if field.startswith("trait:")}

    def units(self, records: Iterable[Record]) -> Iterator[Unit]:
        for record in records:
            unit = Unit([record])
            try:
                unit.items = [self._item(record, unit)]
            except CellError as wrong:
                unit.reasons = [str(wrong)]
            yield unit

    def _item(self, record: Record, unit: Unit) -> dict[str, Any]:
        c = self.cells
        cells = c.fit(record)
        traits = {
            name: text
            for field, name in self.traits.items()
            if (text := c.text(cells, field)).lower() not in NO_TRAIT
        }
        birthday, unit.left_out = c.birthday(cells)
        if birthday:
            traits["birthday"] = birthday
        customer = c.customer(cells)
        known_by = [traits.get(name) for name in ("email", "phone", "loyalty_card")]
        if not customer and not any(known_by):
            raise CellError("The row has no customer number, e-mail, phone or card: nobody can tell who it is.")
        said: dict[str, Any] = {"type": "identify", **({"userId": customer} if customer else {}), "traits": traits}
        if consents := self._consents(cells, traits):
            said["context"] = {"consents": consents}
        dated = c.text(cells, "date") if "date" in c.at else ""
        if dated:
            said["timestamp"] = timestamp(c.moment(cells))
        said["messageId"] = message_id(said)
        if not dated:
            said["timestamp"] = timestamp(self.revision)
        self.summary.count_person(customer or next(filter(None, known_by)))
        self.summary.left_out += bool(unit.left_out)
        return said

    def _consents(self, cells: list[str], traits: dict[str, str]) -> list[dict[str, str]]:
        found = []
        for channel in CHANNELS:
            state = read_consent(self.cells.text(cells, f"consent:{channel}"))
            if state:
                address = traits.get({"sms": "phone"}.get(channel, channel), "")
                found.append({"channel": channel, "state": state, **({"address": address} if address else {})})
        return found
