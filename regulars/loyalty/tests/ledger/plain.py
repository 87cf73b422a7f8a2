"""The ledger said plainly: every point is a thing of its own, with a state. Slow, obvious, and written apart."""

from __future__ import annotations

from dataclasses import dataclass, field

NEVER = 10**20


@dataclass
class Point:
    node: int
    lot: int
    turn: tuple
    order: str
    activates: int
    expires: int
    state: str = "pending"
    by: object = None  # the spend, hold or claim that took it
    sake: int = 0


@dataclass
class Plain:
    points: list[Point] = field(default_factory=list)
    debt: dict[int, int] = field(default_factory=dict)
    home: dict[int, int] = field(default_factory=dict)
    holds: dict[object, tuple[int, int]] = field(default_factory=dict)
    now: int = 0

    def of(self, person, *states):
        mine = [p for p in self.points if self.home[p.node] == person and p.state in states]
        return sorted(mine, key=lambda p: p.turn)

    def owed(self, person):
        return sum(n for node, n in self.debt.items() if self.home[node] == person)

    def have(self, person):
        return (*(len(self.of(person, s)) for s in ("active", "pending", "held")), self.owed(person))

    def earn(self, lot, node, amount, occurred, activates, expires, order):
        for _ in range(amount):
            turn = (NEVER if expires is None else expires, occurred, lot)
            self.points.append(Point(node, lot, turn, order, activates, NEVER if expires is None else expires))
        self.tick(self.now)

    def tick(self, now):
        """Everything that is due, in the order of time."""
        while True:
            due = [(p.activates, 1) for p in self.points if p.state == "pending"]
            due += [(p.expires, 2) for p in self.points if p.state == "active"]
            due += [(ends, 0) for _, ends in self.holds.values()]
            when, what = min(due, default=(now + 1, 0))
            if when > now:
                break
            for hold in [h for h, (_, ends) in self.holds.items() if ends == when] if what == 0 else ():
                self.end(hold, 0)
            for p in self.points:
                if what == 1 and p.state == "pending" and p.activates == when:
                    p.state = "active"
                elif what == 2 and p.state == "active" and p.expires == when:
                    p.state = "expired"
            self.repay()
        self.now = now

    def repay(self):
        """Debts are paid first."""
        for node in sorted(self.debt):
            usable = [p for p in self.of(self.home[node], "active") if p.expires > self.now]
            for p in usable[: self.debt[node]]:
                p.state, p.by, p.sake = "clawed", "debt", node
                self.debt[node] -= 1

    def take(self, by, node, amount, state):
        found = self.of(self.home[node], "active")[:amount]
        if len(found) < amount:
            return False
        for p in found:
            p.state, p.by, p.sake = state, by, node
        return True

    def end(self, hold, captured):
        """The first points are spent, the others go back."""
        del self.holds[hold]
        for n, p in enumerate(sorted((p for p in self.points if p.by == hold), key=lambda p: p.turn)):
            p.state = "spent" if n < captured else "active"
        self.repay()

    def claw(self, node, amount, order):
        person = self.home[node]
        mine = [p for s in ("pending", "active") for p in self.of(person, s) if order and p.order == order]
        for p in [*mine, *(p for p in self.of(person, "active") if p not in mine)][:amount]:
            p.state, p.by, p.sake = "clawed", "claw", node
            amount -= 1
        self.debt[node] = self.debt.get(node, 0) + amount

    def give_back(self, by, amount):
        spent = sorted((p for p in self.points if p.by == by and p.state == "spent"), key=lambda p: p.turn)
        for p in spent[len(spent) - amount :]:
            p.state = "active" if p.expires > self.now else "expired"
        self.repay()

    def part(self):
        """Points that were used for somebody who is somebody else now go back, and are owed."""
        crossed = [p for p in self.points if p.sake and self.home[p.node] != self.home[p.sake]]
        for hold in {p.by for p in crossed if p.state == "held"}:
            self.end(hold, 0)
        for p in crossed:
            if p.state in ("spent", "clawed"):
                p.state = "active"
                self.debt[p.sake] = self.debt.get(p.sake, 0) + 1
        self.repay()
        self.tick(self.now)
