"""A body and a mapping become canonical events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regulars.events.item import Refused
from regulars.events.sources import canonical as c
from regulars.events.sources.csv.values import CellError, read_consent
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.opening import Unmapped
from regulars.events.sources.webhook import paths
from regulars.events.times import parse


def read(delivery: Delivery, account: Account) -> list[c.Item]:
    """The canonical events of a body. Raises Unmapped when no rule fits, Unreadable for what a rule cannot read."""
    if not account.mapping:
        raise Unmapped("Nobody has said yet what the fields of this body mean: see “Mapping” on the source's page.")
    found, fits = [], False
    for rule in account.mapping["rules"]:
        if not rule.get("when") or c.text(paths.at(delivery.json, rule["when"])) == rule.get("is", ""):
            fits = True
            for entry in _entries(delivery.json, rule):
                found += _Object(entry, rule, account.mapping, delivery.at).items()
    if not fits:
        raise Unmapped("No rule of the mapping fits this body: see “Mapping” on the source's page.")
    return found


def _entries(body: Any, rule: Mapping[str, Any]) -> Iterator[Any]:
    if not rule.get("each"):
        yield body
        return
    entries = paths.at(body, rule["each"])
    if not isinstance(entries, list):
        raise c.Unreadable(f"At “{rule['each']}” there is no list.")
    yield from entries


class _Object:
    """One object of a body, by one rule."""

    def __init__(self, body: Any, rule: Mapping[str, Any], mapping: Mapping[str, Any], at: int) -> None:
        self.body, self.rule, self.mapping, self.came = body, rule, mapping, at
        self.zone = ZoneInfo(mapping.get("timezone") or "UTC")

    def items(self) -> list[c.Item]:
        """Its events."""
        return {"order": self._order, "refund": self._refund, "customer": self._customer, "product": self._product}[
            self.rule["object"]
        ]()

    def said(self, name: str) -> Any:
        path = self.rule["fields"].get(name)
        return paths.at(self.body, path) if path else None

    def text(self, name: str) -> str:
        return c.text(self.said(name))

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise c.Unreadable(f"At “{self.rule['fields'].get(name)}” there is nothing, and it is needed ({name}).")
        return found

    def time(self, name: str, other: int | None = None) -> int:
        """Microseconds; a time without a zone is local to the mapping's."""
        value = self.said(name)
        if value is None or value == "":
            if other is None:
                self.needed(name)
                raise c.Unreadable(f"At “{self.rule['fields'].get(name)}” there is no time.")
            return other
        try:
            return parse(self._zoned(value), name)
        except Refused as why:
            raise c.Unreadable(why.reason) from None

    def _zoned(self, value: Any) -> Any:
        try:
            found = datetime.fromisoformat(value.strip())
        except (ValueError, AttributeError):
            return value
        return value if found.tzinfo else found.replace(tzinfo=self.zone).isoformat()

    def money(self, value: Any, what: str) -> Decimal | None:
        if self.mapping["amounts"] == "minor":
            return c.of_minor(value, self.currency(), what)
        return c.amount(value, what)

    def currency(self) -> str:
        return self.text("currency").upper()

    def who(self) -> c.Who:
        names = c.traits(firstName=self.said("first_name"), lastName=self.said("last_name"))
        return c.Who(self.text("customer_id"), self.text("email"), self.text("phone"), names, self.text("card"))

    def lines(self) -> tuple[c.Line, ...] | None:
        if not self.rule.get("lines"):
            return None
        found = paths.at(self.body, self.rule["lines"])
        if not isinstance(found, list):
            raise c.Unreadable(f"At “{self.rule['lines']}” there is no list of lines.")
        return tuple(self._line(entry) for entry in found)

    def _line(self, entry: Any) -> c.Line:
        where = self.rule.get("line", {})
        get = {name: paths.at(entry, path) for name, path in where.items() if path}
        quantity = c.amount(get.get("quantity"), "The quantity")
        return c.Line(
            product_id=c.text(get.get("product_id")),
            sku=c.text(get.get("sku")),
            name=c.text(get.get("name")),
            category=c.text(get.get("category")),
            quantity=Decimal(1) if quantity is None else quantity,
            price=self.money(get.get("price"), "The price"),
            total=self.money(get.get("total"), "The total of a line"),
        )

    def _order(self) -> list[c.Item]:
        at = self.time("at")
        cancelled = self.time("cancelled", 0)
        order = c.Order(
            id=self.needed("id"),
            who=self.who(),
            at=at,
            version=self.time("updated", at),
            revision=self.came,
            currency=self.currency(),
            total=self.money(self.said("total"), "The total"),
            tax=self.money(self.said("tax"), "The tax"),
            shipping=self.money(self.said("shipping"), "Shipping"),
            discount=self.money(self.said("discount"), "The discount"),
            coupon=self.text("coupon"),
            store=self.text("store"),
            lines=self.lines(),
            cancelled=cancelled or None,
        )
        return c.order_items(order)

    def _refund(self) -> list[c.Item]:
        total = self.money(self.said("total"), "The amount")
        refund = c.Refund(
            self.needed("id"), self.time("at"), None if total is None else abs(total), lines=self.lines() or ()
        )
        return [c.refund_item(refund, order=self.needed("order"), who=self.who(), currency=self.currency())]

    def _customer(self) -> list[c.Item]:
        who, at = self.who(), self.time("updated", self.came)
        if not who.known:
            raise c.Unreadable("There is no customer number, e-mail, phone or card: nobody can tell who it is.")
        return c.customer_items(who, at, self._consents(who, at))

    def _consents(self, who: c.Who, at: int) -> Iterator[c.Consent]:
        for channel, address in (("email", who.email), ("sms", who.phone)):
            value = self.said(f"consent_{channel}")
            if value is None:
                continue
            try:
                state = read_consent(str(value))
            except CellError as why:
                raise c.Unreadable(str(why)) from None
            if state:
                evidence = {"source": "webhook", self.rule["fields"][f"consent_{channel}"]: value}
                yield c.Consent(channel, state, at, address, evidence)

    def _product(self) -> list[c.Item]:
        stock = c.amount(self.said("stock"), "The stock")
        line = c.Line(
            product_id=self.needed("id"),
            name=self.text("name"),
            category=self.text("category"),
            price=self.money(self.said("price"), "The price"),
            image_url=self.text("image_url"),
            url=self.text("url"),
        )
        return c.product_items(c.Product(line, self.time("updated", self.came), self.currency(), stock))
