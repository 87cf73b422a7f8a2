"""How Northgate's customers answer what they are sent: opens, clicks, unsubscribing, and orders they owe to it.

Every answer is drawn per message that really went out, so that results on the pages can be held against the truth:
`truth()` says how likely an order more was for somebody who got the newsletter.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from heapq import heappop, heappush
from typing import Any

import numpy as np

from regulars.channels.actions import note_feedback
from regulars.channels.models import Message, State
from regulars.channels.providers import Returned
from regulars.core.clock import DAY, HOUR, MINUTE, from_us
from regulars.demo.catalogue import products
from regulars.people.models import Node
from regulars.people.queries import person_id_of
from regulars.portal.actions import unsubscribe

BY_SYSTEM = {"web": "Web shop", "tills": "Tills", "outlet": "Outlet till"}


@dataclass(frozen=True)
class Odds:
    """Chances per message: opened by a person, loaded by a mail privacy proxy, clicked by who opened, a scanner that
    clicks, unsubscribed by who opened; `orders`: an order more within nine days of the newsletter."""

    opened: float = 0.42
    proxy: float = 0.18
    clicked: float = 0.16
    scanner: float = 0.05
    unsubscribed: float = 0.006
    orders: float = 0.06


@dataclass
class Crowd:
    """Looks at what went out, and acts when its time has come."""

    seed: int
    campaign_id: int  # of the newsletter that makes people buy
    odds: Odds = field(default_factory=Odds)
    orders: int = 0
    sent: int = 0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng([self.seed, 11])
        self.seen: set[int] = set()
        self.waiting: list[tuple[int, int, str, int]] = []  # (when, number, what, message)
        self.shelf = [product for product in products() if product.category == "soccer"]

    def look(self) -> None:
        """Take note of messages that went out since the last look."""
        gone = Message.objects.filter(channel="email", lane=0, state__in=(State.HANDED_OFF, State.DELIVERED))
        for message in gone.exclude(id__in=self.seen).order_by("id").only("id", "campaign_id", "handed_us"):
            self.seen.add(message.id)
            self._plan(message.id, message.handed_us, message.campaign_id == self.campaign_id)

    def _plan(self, message: int, at: int, buys: bool) -> None:
        luck, hours = self.random.random(6), self.random.exponential(7, 2)
        opened = at + 5 * MINUTE + int(hours[0] * HOUR)
        if luck[0] < self.odds.opened:
            self._later(opened, "opened", message)
            if luck[1] < self.odds.clicked:
                self._later(opened + MINUTE, "clicked", message)
            if luck[2] < self.odds.unsubscribed:
                self._later(opened + 2 * MINUTE, "unsubscribed", message)
        if luck[3] < self.odds.proxy:
            self._later(at + MINUTE, "proxy", message)
        if luck[4] < self.odds.scanner:
            self._later(at + MINUTE // 6, "scanner", message)
        if buys:
            self.sent += 1
            if luck[5] < self.odds.orders:
                self._later(at + HOUR + int(self.random.random() * 9 * DAY), "order", message)

    def _later(self, when: int, what: str, message: int) -> None:
        heappush(self.waiting, (when, len(self.seen), what, message))

    def act(self, at: int) -> list[tuple[str, dict[str, Any]]]:
        """Everything up to `at`; returns the orders as (source, event), to be taken in like any other."""
        due = []
        while self.waiting and self.waiting[0][0] <= at:
            due.append(heappop(self.waiting))
        news = [_news(what, message, when) for when, _, what, message in due if what not in ("order", "unsubscribed")]
        note_feedback(items=news, at=at)
        for when, _, what, message in due:
            if what == "unsubscribed":
                unsubscribe(message_id=message, everything=True, evidence={"page": "unsubscribe page"}, at=when)
        return self._orders([(when, message) for when, _, what, message in due if what == "order"])

    def _orders(self, due: list[tuple[int, int]]) -> list[tuple[str, dict[str, Any]]]:
        nodes = dict(Message.objects.filter(id__in=[message for _, message in due]).values_list("id", "node_id"))
        accounts = _accounts(set(nodes.values()))
        told = []
        for when, message in due:
            account = accounts.get(nodes[message])
            if account and account[0] in BY_SYSTEM:
                told.append((BY_SYSTEM[account[0]], self._order(when, message, account[1])))
        self.orders += len(told)
        return told

    def _order(self, when: int, message: int, user: str) -> dict[str, Any]:
        product = self.shelf[int(self.random.integers(12, len(self.shelf)))]
        line = {"product_id": product.id, "sku": product.id, "name": product.name, "category": product.category,
                "price": product.price / 100, "quantity": 1}  # fmt: skip
        properties = {"order_id": f"NB{message}", "affiliation": "Web shop", "total": product.price / 100,
                      "revenue": product.price / 100, "currency": "GBP", "products": [line]}  # fmt: skip
        stamp = from_us(when).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"type": "track", "event": "Order Completed", "messageId": f"answer-{message}", "userId": user,
                "timestamp": stamp, "properties": properties}  # fmt: skip

    def truth(self) -> dict[str, Any]:
        """What was drawn, to hold the pages' results against."""
        return {"odds": asdict(self.odds), "newsletter": {"sent": self.sent, "orders_more": self.orders}}


def _news(what: str, message: int, at: int) -> Returned:
    """An open or click as the pages of links note it."""
    kind = {"opened": "opened", "proxy": "opened", "clicked": "clicked", "scanner": "clicked"}[what]
    verdict = what if what in ("proxy", "scanner") else "human"
    link = 1 if kind == "clicked" else None
    occasion = f"{kind}:{message}:{link}:{verdict}" if link else f"{kind}:{message}:{verdict}"
    return Returned(kind=kind, occasion=occasion, at=at, message_id=message, verdict=verdict, link=link)


def _accounts(nodes: set[int]) -> dict[int, tuple[str, str]]:
    """{node: (namespace, user id)} of some account of the person the node belongs to."""
    persons = person_id_of(sorted(nodes))
    rows = Node.objects.filter(person_id__in=set(persons.values()), kind="user").order_by("-id")
    users = {person: (namespace, key) for person, namespace, key in rows.values_list("person_id", "namespace", "key")}
    return {node: users[person] for node, person in persons.items() if person in users}
