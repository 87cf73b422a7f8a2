"""Tells the shop as events in the Segment vocabulary: what each system would have sent, when.

Moments of all kinds are gathered as arrays, sorted once, and turned into dictionaries one by one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from .accounts import OUTLET, SYSTEMS, TILL, WEB
from .catalogue import products
from .words import STORES

if TYPE_CHECKING:
    from .shop import Shop

_SECOND, _DAY = 1_000_000, 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDING = {
    "email": "Yes, send me news and offers by e-mail. I can stop this at any time.",
    "sms": "Yes, text me about offers. Reply STOP to end.",
    "post": "Yes, send me the seasonal catalogue by post.",
}
# chance of saying yes where the system asks, by channel
_SAYS_YES = {WEB: {"email": 0.55, "sms": 0.25}, TILL: {"email": 0.5, "post": 0.2}, OUTLET: {"post": 0.2}}
_ADDRESS = {"email": "email", "sms": "phone"}
STATES = ("granted", "pending", "withdrawn")
GRANTED, PENDING, WITHDRAWN = range(3)
_NEVER_CONFIRMS, _WITHDRAWS, _REFUNDED, _WHOLE = 0.12, 0.12, 0.06, 0.4
_CART_DAYS, _LEFT = 60, 0.35  # the web shop tells of carts since then; so many visits beside an order end without one


class Teller:
    """All moments of one shop in order of time."""

    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.random = np.random.default_rng([shop.seed, 7])
        self.catalogue = products()
        self.amounts = shop.bought.amount
        self.systems = np.array([a.system for a in shop.accounts])
        owner = shop.account_of_order
        self.opened = np.full(len(shop.accounts), np.iinfo(np.int64).max)
        np.minimum.at(self.opened, owner, shop.order_us)
        self.consents = self._consents()
        self.refunds = self._refunds()
        self.views = self._views()
        self.carts = self._carts()

    def tell(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(source name, event), sorted by time; at the same moment an account is opened before it buys."""
        kinds = (self._viewed, self._put, self._identified, self._consented, self._completed, self._refunded)
        moments = (
            self.views["at"],
            self.carts["at"],
            self.opened - 30 * _SECOND,
            self.consents["at"],
            self.shop.order_us,
            self.refunds["at"],
        )
        at = np.concatenate(moments)
        kind = np.repeat(np.arange(len(kinds)), [len(m) for m in moments])
        index = np.concatenate([np.arange(len(m)) for m in moments])
        for i in np.lexsort((index, kind, at)):
            account, event = kinds[kind[i]](int(index[i]))
            event["timestamp"] = _iso(int(at[i]))
            yield SYSTEMS[account.system], event

    def _identified(self, i: int):
        account = self.shop.accounts[i]
        event = {
            "type": "identify",
            "messageId": f"{account.user_id}-hello",
            "userId": account.user_id,
            "traits": account.traits,
        }
        if account.device:
            event["anonymousId"] = account.device
        if account.card:
            card = {"id": account.card, "type": "card", "collection": "users", "encoding": "none"}
            event["context"] = {"externalIds": [card]}
        return account, event

    def _consented(self, i: int):
        account, channel = self.shop.accounts[self.consents["account"][i]], str(self.consents["channel"][i])
        state = STATES[self.consents["state"][i]]
        said = {"purpose": "marketing", "channel": channel, "state": state}
        if channel != "post":
            said["address"] = account.traits[_ADDRESS[channel]]
        if state != "withdrawn":
            said["wording"] = WORDING[channel]
        return account, {
            "type": "track",
            "event": "Segment Consent Preference Updated",
            "messageId": f"{account.user_id}-{channel}-{state}",
            "userId": account.user_id,
            "context": {"consents": [said]},
        }

    def _completed(self, i: int):
        account = self.shop.accounts[self.shop.account_of_order[i]]
        lines = [self._line(j) for j in self._lines_of(i)]
        paid = int(self.amounts[i])
        listed = sum(round(line["price"] * 100) * line["quantity"] for line in lines)
        properties = {
            "order_id": f"NS{1_000_000 + i}",
            "affiliation": STORES[self.shop.store_of_order[i]],
            "total": paid / 100,
            "revenue": paid / 100,
            "discount": (listed - paid) / 100,
            "currency": "GBP",
            "products": lines,
        }
        return account, self._track(account, "Order Completed", f"order-{i}", properties)

    def _refunded(self, i: int):
        order = int(self.refunds["order"][i])
        account = self.shop.accounts[self.shop.account_of_order[order]]
        back = self._lines_of(order)
        if not self.refunds["whole"][i]:
            back = [back[int(self.refunds["luck"][i] * len(back))]]
        properties = {
            "order_id": f"NS{1_000_000 + order}",
            "affiliation": STORES[self.shop.store_of_order[order]],
            "total": self._paid_for(order, back) / 100,
            "currency": "GBP",
            "products": [self._line(j) for j in back],
        }
        return account, self._track(account, "Order Refunded", f"refund-{order}", properties)

    def _viewed(self, i: int):
        return self._browsed("Product Viewed", "view", self.views, i)

    def _put(self, i: int):
        return self._browsed("Product Added", "cart", self.carts, i)

    def _browsed(self, name: str, mark: str, moments: dict[str, np.ndarray], i: int):
        account = self.shop.accounts[moments["account"][i]]
        product = self.catalogue[moments["product"][i]]
        properties = {
            "product_id": product.id,
            "name": product.name,
            "category": product.category,
            "price": product.price / 100,
            "currency": "GBP",
        }
        event = self._track(account, name, f"{mark}-{i}", properties)
        event["anonymousId"] = account.device
        if moments["at"][i] < self.opened[moments["account"][i]]:
            del event["userId"]
        return account, event

    def _track(self, account, name: str, message_id: str, properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "track",
            "event": name,
            "messageId": message_id,
            "userId": account.user_id,
            "properties": properties,
        }

    def _lines_of(self, order: int) -> list[int]:
        return list(range(self.shop.lines.starts[order], self.shop.lines.starts[order + 1]))

    def _line(self, j: int) -> dict[str, Any]:
        product = self.catalogue[self.shop.lines.product[j]]
        return {
            "product_id": product.id,
            "sku": product.id,
            "name": product.name,
            "category": product.category,
            "price": product.price / 100,
            "quantity": int(self.shop.lines.quantity[j]),
        }

    def _paid_for(self, order: int, lines: list[int]) -> int:
        """What was paid for some lines: their part of the list price, of the amount paid, in pence."""
        listed = {j: self._listed(j) for j in self._lines_of(order)}
        return round(int(self.amounts[order]) * sum(listed[j] for j in lines) / sum(listed.values()))

    def _listed(self, j: int) -> int:
        return self.catalogue[self.shop.lines.product[j]].price * int(self.shop.lines.quantity[j])

    def _consents(self) -> dict[str, np.ndarray]:
        """Who said yes to what when the account was opened, who confirmed it, and who took it back later.

        E-mail asked for on the web waits for the click in the confirmation mail; some never click.
        """
        said: list[tuple[int, str, int, int]] = []
        luck = self.random.random((len(self.systems), 2, 3))
        for i, known in enumerate(self.shop.accounts):
            for n, (via, share) in enumerate(_SAYS_YES[known.system].items()):
                if luck[i, n, 0] < share and (via == "post" or _ADDRESS[via] in known.traits):
                    double = via == "email" and known.system == WEB
                    said += self._course(i, via, double, *luck[i, n, 1:])
        account, channel, state, at = zip(*said, strict=True) if said else ((), (), (), ())
        return {
            "account": np.array(account, dtype=np.int64),
            "channel": np.array(channel),
            "state": np.array(state, dtype=np.int64),
            "at": np.array(at, dtype=np.int64),
        }

    def _course(self, i: int, via: str, double: bool, confirms: float, withdraws: float):
        """The steps of one consent: (account, channel, state, moment)."""
        begin = int(self.opened[i]) - 20 * _SECOND
        if double:
            yield i, via, PENDING, begin
            if confirms < _NEVER_CONFIRMS:
                return
            begin += int(confirms * 6 * 3600 * _SECOND)
            if begin >= self.shop.end_us:
                return
        yield i, via, GRANTED, begin
        if withdraws < _WITHDRAWS:
            yield i, via, WITHDRAWN, begin + int(withdraws / _WITHDRAWS * (self.shop.end_us - begin))

    def _refunds(self) -> dict[str, np.ndarray]:
        order = np.flatnonzero(self.random.random(len(self.amounts)) < _REFUNDED)
        at = self.shop.order_us[order] + self.random.integers(2 * _DAY, 25 * _DAY, len(order))
        luck, whole = self.random.random(len(order)), self.random.random(len(order)) < _WHOLE
        seen = at < self.shop.end_us
        return {"order": order[seen], "at": at[seen], "luck": luck[seen], "whole": whole[seen]}

    def _views(self) -> dict[str, np.ndarray]:
        """Products looked at in the hour before a web order: what was bought, and its neighbour on the shelf."""
        online = np.flatnonzero(self.systems[self.shop.account_of_order] == WEB)
        order = np.repeat(online, self.random.integers(1, 4, len(online)))
        bought = self.shop.lines.product[self.shop.lines.starts[order]]
        shelf = bought // 40 * 40 + np.clip(bought % 40 + self.random.integers(-2, 3, len(order)), 0, 39)
        at = self.shop.order_us[order] - self.random.integers(60 * _SECOND, 3600 * _SECOND, len(order))
        return {"account": self.shop.account_of_order[order], "product": shelf, "at": at}

    def _carts(self) -> dict[str, np.ndarray]:
        """What was put into carts lately: first lines of web orders, minutes before; and carts that nobody paid,
        some days after an order of the same account."""
        web = self.systems[self.shop.account_of_order] == WEB
        order = np.flatnonzero(web & (self.shop.order_us >= self.shop.end_us - _CART_DAYS * _DAY))
        left = order[self.random.random(len(order)) < _LEFT]
        before = self.shop.order_us[order] - self.random.integers(20 * _SECOND, 60 * _SECOND, len(order))
        later = self.shop.order_us[left] + self.random.integers(2 * _DAY, 20 * _DAY, len(left))
        shelf = self.random.integers(0, len(self.catalogue), len(left))
        at = np.concatenate([before, later])
        seen = at < self.shop.end_us
        product = np.concatenate([self.shop.lines.product[self.shop.lines.starts[order]], shelf])
        account = self.shop.account_of_order[np.concatenate([order, left])]
        return {"account": account[seen], "product": product[seen], "at": at[seen]}


def _iso(us: int) -> str:
    return (_EPOCH + timedelta(microseconds=us)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
