"""Lines of a purchases file become orders and returns.

Lines with the same order number are one order, wherever they stand; without such a column each line is one.
An order with a line that cannot be read stays out as a whole: half an order would be a wrong one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b
from typing import Any

from regulars.events.item import encode
from regulars.events.sources.csv.cells import Cells
from regulars.events.sources.csv.files import Record
from regulars.events.sources.csv.summary import Summary
from regulars.events.sources.csv.units import Unit, message_id, timestamp
from regulars.events.sources.csv.values import CellError

# codes and names of what is on a bill and is no product: postage, fees, corrections by hand
CHARGES = frozenset(
    [
        "POST",
        "DOT",
        "C2",
        "M",
        "D",
        "S",
        "B",
        "CRUK",
        "BANK CHARGES",
        "AMAZONFEE",
        "AMAZON FEE",
        "ADJUST",
        "ADJUST2",
        "POSTAGE",
        "SHIPPING",
        "DELIVERY",
        "CARRIAGE",
        "DISCOUNT",
        "MANUAL",
        "SAMPLES",
        "ROUNDING",
        "FEE",
        "FEES",
        "GIFT WRAP",
        "DOTCOM POSTAGE",
        "VERSAND",
        "VERSANDKOSTEN",
        "PORTO",
        "RABATT",
        "LIVRAISON",
        "FRAIS DE PORT",
        "REMISE",
        "ENVIO",
        "ENVÍO",
        "GASTOS DE ENVÍO",
        "SPEDIZIONE",
        "VERZENDKOSTEN",
        "FRETE",
    ]
)
TRAITS = {"name": "name", "first_name": "firstName", "last_name": "lastName", "email": "email", "phone": "phone",
          "card": "loyalty_card", "city": "city"}  # fmt: skip
NAMING = ("email", "phone", "card")  # who it was, where there is no customer number
ZERO = Decimal(0)


@dataclass(slots=True)
class Line:
    """One line as read. `worth` is quantity times price, rounded to the currency's smallest amount."""

    cells: list[str]
    at: int
    quantity: Decimal | None
    price: Decimal | None
    worth: Decimal | None
    charge: bool


class Orders:
    """Turns records into units, in an order that depends on the file alone."""

    def __init__(self, cells: Cells, *, nobody: str, revision: int, summary: Summary) -> None:
        self.cells, self.nobody, self.revision, self.summary = cells, nobody, revision, summary
        self.mapped = tuple(field for field in TRAITS if field in cells.at)
        self.naming = tuple(field for field in NAMING if field in cells.at)
        self.told: set[bytes] = set()
        self.seen: Counter[bytes] = Counter()

    def units(self, records: Iterable[Record], lines_of: Counter[str]) -> Iterator[Unit]:
        """`lines_of` counts the lines of each order number; when the last one is read, the order is whole."""
        if "order" not in self.cells.at:
            for record in records:
                yield self._unit([record])
            return
        open_: dict[str, list[Record]] = {}
        left = Counter(lines_of)
        for record in records:
            number = order_number(self.cells, record)
            if not number:
                yield self._unit([record])
                continue
            open_.setdefault(number, []).append(record)
            left[number] -= 1
            if left[number] <= 0:
                yield self._unit(open_.pop(number))
        for waiting in open_.values():
            yield self._unit(waiting)

    def _unit(self, records: list[Record]) -> Unit:
        unit = Unit(records)
        lines: list[Line] = []
        for record in records:
            try:
                lines.append(self._line(record))
                unit.reasons.append("")
            except CellError as wrong:
                unit.reasons.append(str(wrong))
        if not any(unit.reasons):
            try:
                unit.items = self._items(lines)
                unit.reasons = []
            except CellError as wrong:
                unit.reasons = [str(wrong)] * len(records)
        else:
            bad = next(r.first for r, why in zip(records, unit.reasons, strict=True) if why)
            other = f"Another line of this order cannot be read: line {bad}."
            unit.reasons = [why or other for why in unit.reasons]
        return unit

    def _line(self, record: Record) -> Line:
        c = self.cells
        cells = c.fit(record)
        if "order" in c.at and not c.text(cells, "order"):
            raise CellError(f"{c.column['order']}: the order number is missing.")
        at = c.moment(cells)
        quantity, price = c.amount(cells, "quantity"), c.amount(cells, "price")
        worth = c.amount(cells, "line_total")
        if worth is None and price is not None:
            worth = price * (1 if quantity is None else quantity)
        if worth is not None:
            if quantity is not None and quantity < 0 < worth:
                worth = -worth
            worth = worth.quantize(c.quantum(c.currency(cells)), ROUND_HALF_UP)
        return Line(cells, at, quantity, price, worth, self._is_charge(cells))

    def _is_charge(self, cells: list[str]) -> bool:
        c = self.cells
        return c.text(cells, "sku").upper() in CHARGES or c.text(cells, "product").upper() in CHARGES

    def _items(self, lines: list[Line]) -> list[dict[str, Any]]:
        c, first = self.cells, lines[0].cells
        who = self._who(first)
        currency = c.currency(first)
        quantum = c.quantum(currency)
        at = min(line.at for line in lines)
        total = self._total(lines, quantum)
        number = c.text(first, "order") or self._number_of_content(lines)
        back = is_return(number, lines, total)
        original = c.text(first, "original_order") if back else ""
        properties: dict[str, Any] = {"order_id": original or number, "total": _plain(abs(total) if back else total)}
        properties["currency"] = currency
        for name, field in (("affiliation", "store"), ("coupon", "coupon")):
            if text := c.text(first, field):
                properties[name] = text
        extras = self._extras(properties, lines, quantum) if not back else ZERO
        charges = sum((line.worth or ZERO for line in lines if line.charge), ZERO)
        properties["revenue"] = _plain(abs(total) if back else total - extras - charges)
        properties["products"] = [self._product(line, back) for line in lines if not (back and _stays(line))]
        order = {
            "type": "track",
            "event": "Order Refunded" if back else "Order Completed",
            **who,
            "timestamp": timestamp(at),
            "properties": properties,
        }
        products = sorted(map(encode, properties["products"]))  # the order of lines says nothing
        order["messageId"] = message_id(
            {**order, "number": number, "properties": {**properties, "products": products}}, at=at
        )
        properties["revision"] = self.revision
        self.summary.count_order(lines, at=at, currency=currency, total=total, back=back, who=who, charges=charges)
        return [*self._identify(first, who, at), order]

    def _total(self, lines: list[Line], quantum: Decimal) -> Decimal:
        """Of the order column: its one value, or the sum of differing ones; else the sum of the lines."""
        c = self.cells
        if "total" in c.at:
            said = [amount for line in lines if (amount := c.amount(line.cells, "total")) is not None]
            if said:
                total = said[0] if len(set(said)) == 1 else sum(said, ZERO)
                total = total.quantize(quantum, ROUND_HALF_UP)
                return -total if total > 0 and all((line.quantity or 0) < 0 for line in lines) else total
        worths = [line.worth for line in lines if line.worth is not None]
        if not worths:
            raise CellError("The amount is missing.")
        return sum(worths, ZERO) + self._beside(lines, quantum)

    def _beside(self, lines: list[Line], quantum: Decimal) -> Decimal:
        """Shipping and discount that stand in columns of their own and not in a total."""
        c, cells = self.cells, lines[0].cells
        shipping, discount = c.amount(cells, "shipping") or ZERO, c.amount(cells, "discount") or ZERO
        return (shipping - abs(discount)).quantize(quantum, ROUND_HALF_UP)

    def _extras(self, properties: dict[str, Any], lines: list[Line], quantum: Decimal) -> Decimal:
        """Note tax, shipping and discount; how much of the total is tax and shipping."""
        c, extras = self.cells, ZERO
        for field in ("tax", "shipping", "discount"):
            amount = c.amount(lines[0].cells, field)
            if amount:
                amount = abs(amount).quantize(quantum, ROUND_HALF_UP)
                properties[field] = _plain(amount)
                extras += amount if field != "discount" else ZERO
        return extras

    def _product(self, line: Line, back: bool) -> dict[str, Any]:
        c, made = self.cells, {}
        for name, field in (("product_id", "sku"), ("name", "product"), ("category", "category")):
            if text := c.text(line.cells, field):
                made[name] = text
        quantity = line.quantity if line.quantity is not None else 1
        made["quantity"] = _plain(abs(quantity) if back else quantity)
        if line.price is not None:
            made["price"] = _plain(line.price)
        worth = line.worth
        if worth is None and len(c.at.keys() & {"line_total", "price"}) == 0:
            worth = c.amount(line.cells, "total") if "order" not in c.at else None
        if worth is not None:
            made["total"] = _plain(abs(worth) if back else worth)
        if line.charge:
            made["kind"] = "charge"
        return made

    def _number_of_content(self, lines: list[Line]) -> str:
        """A number for a line without one: equal lines are told apart by which of them it is."""
        c = self.cells
        content = "\x1f".join(lines[0].cells[place].strip() for place in c.at.values())
        key = blake2b(content.encode(), digest_size=9).digest()
        self.seen[key] += 1
        return f"{key.hex()}-{self.seen[key]}"

    def _who(self, cells: list[str]) -> dict[str, Any]:
        """Whose event it is: the customer number, else e-mail, phone or card, else nobody."""
        c = self.cells
        traits = self._traits(cells, self.naming)
        customer = c.customer(cells)
        if customer:
            who: dict[str, Any] = {"userId": customer}
        elif traits:
            who = {}
        else:
            return {"anonymousId": self.nobody}
        if traits:
            who["context"] = {"traits": traits}
        return who

    def _traits(self, cells: list[str], fields: Sequence[str]) -> dict[str, str]:
        """Of mapped fields, what is said."""
        text_of = self.cells.text
        return {TRAITS[f]: text for f in fields if (text := text_of(cells, f)).lower() not in NO_TRAIT}

    def _identify(self, cells: list[str], who: dict[str, Any], at: int) -> list[dict[str, Any]]:
        """Once per customer and what is said of them: names and addresses become traits."""
        if not self.mapped or "anonymousId" in who:
            return []
        traits = self._traits(cells, self.mapped)
        if not traits:
            return []
        said = {"type": "identify", **({"userId": who["userId"]} if "userId" in who else {}), "traits": traits}
        id_ = message_id(said)
        key = bytes.fromhex(id_[-20:])
        if key in self.told:
            return []
        self.told.add(key)
        return [{**said, "timestamp": timestamp(at), "messageId": id_}]


NO_TRAIT = frozenset(["", "nan", "null", "none", "n/a"])


def order_number(cells: Cells, record: Record) -> str:
    """The order number of a row; "" when it has none or the row is broken."""
    place = cells.at["order"]
    return record.cells[place].strip() if place < len(record.cells) else ""


def is_return(number: str, lines: list[Line], total: Decimal) -> bool:
    """Goods came back: a sum below zero, only negative quantities, or a credit note (C and digits) over nothing."""
    if total < 0:
        return True
    if all(line.quantity is not None and line.quantity < 0 for line in lines):
        return True
    return number[:1] in "Cc" and number[1:].isdigit() and total == 0


def _stays(line: Line) -> bool:
    """On a return: what was sold along with it."""
    return (line.worth or ZERO) > 0 and (line.quantity or ZERO) > 0


def _plain(number: Decimal | int) -> int | float:
    """As JSON has it. A float prints the digits it was made from."""
    whole = int(number)
    return whole if whole == number else float(number)
