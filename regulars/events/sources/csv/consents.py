"""Rows of a file of consents become entries of the ledger: who said yes or no, to what, when, where; the proof."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.files import Record
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit, message_id, timestamp
from regulars.events.sources.csv.values import CellError, read_consent

CHANNELS = {"email": "email", "sms": "phone", "phone": "phone", "post": ""}
SAME = {"e-mail": "email", "mail": "email", "text": "sms", "mobile": "sms", "call": "phone", "telephone": "phone",
        "letter": "post", "newsletter": "email"}  # fmt: skip


class Consents:
    """Turns records into units, one per row. Rows without a time speak of the time of the import."""

    def __init__(self, cells: Cells, *, revision: int, summary: Summary) -> None:
        self.cells, self.revision, self.summary = cells, revision, summary

    def units(self, records: Iterable[Record]) -> Iterator[Unit]:
        for record in records:
            unit = Unit([record])
            try:
                unit.items = [self._item(record)]
            except CellError as wrong:
                unit.reasons = [str(wrong)]
            yield unit

    def _item(self, record: Record) -> dict[str, Any]:
        cells = self.cells.fit(record)
        customer, known_by = self.cells.customer(cells), self._known_by(cells)
        if not customer and not known_by:
            raise CellError("The row has no address and no customer number: nobody can tell who agreed.")
        said: dict[str, Any] = {"type": "identify", **({"userId": customer} if customer else {})}
        said["context"] = {"consents": [self._consent(cells, known_by)]}
        if known_by:
            said["context"]["externalIds"] = [{"type": type_, "id": value} for type_, value in known_by.items()]
        dated = self.cells.text(cells, "date")
        if dated:
            said["timestamp"] = timestamp(self.cells.moment(cells))
        said["messageId"] = message_id(said)
        if not dated:
            said["timestamp"] = timestamp(self.revision)
        self.summary.count_person(customer or next(iter(known_by.values())))
        return said

    def _known_by(self, cells: list[str]) -> dict[str, str]:
        """{"email" or "phone": value}: said in columns of their own, or as the address."""
        found = {type_: text for type_ in ("email", "phone") if (text := self.cells.text(cells, type_))}
        address = self.cells.text(cells, "address")
        if "@" in address:
            found.setdefault("email", address)
        elif sum(sign.isdigit() for sign in address) >= 5 and self._said_channel(cells) != "post":
            found.setdefault("phone", address)
        return found

    def _said_channel(self, cells: list[str]) -> str:
        word = self.cells.text(cells, "channel").lower()
        return SAME.get(word, word)

    def _consent(self, cells: list[str], known_by: dict[str, str]) -> dict[str, Any]:
        text = self.cells.text
        channel = self._said_channel(cells) or ("email" if "email" in known_by else "sms")
        if channel not in CHANNELS:
            raise CellError(f"“{channel[:20]}” is no channel: write email, sms, phone or post.")
        state = read_consent(text(cells, "state"))
        if state is None:
            raise CellError("The row does not say yes or no.")
        address = known_by.get(CHANNELS[channel], "") if CHANNELS[channel] else text(cells, "address")
        if CHANNELS[channel] and not address and not self.cells.customer(cells):
            raise CellError(f"A consent to {channel} names the address it is for.")
        said = {"channel": channel, "state": state, "purpose": text(cells, "purpose"), "address": address}
        said |= {"wording": text(cells, "wording")[:2000], "evidence": self._evidence(cells)}
        return {name: value for name, value in said.items() if value}

    def _evidence(self, cells: list[str]) -> dict[str, Any]:
        """The proof as it stands there, an object if it is one, and where the consent was given."""
        proof, origin = self.cells.text(cells, "evidence"), self.cells.text(cells, "origin")
        found = _object(proof) if proof else {}
        return {**found, **({"source": origin} if origin else {})}


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text}
    return said if isinstance(said, dict) else {"text": text}
