"""Who is one person, worked out the slow and obvious way, from a diary of what was seen and decided.

Everything is named by its key, nothing by a number given on arrival, except that stars are centred on the oldest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

Key = tuple[str, str, str]
WEAK = ("same_email", "same_phone")
CLASH = ({"Dora", "Erik"}, {"Dorothy", "Erik"}, {"D", "Erik"})  # of the names that the tests use
RANK = {"alias": 0, "same_event": 0, "same_card": 1, "same_email": 3, "same_phone": 4}


@dataclass
class Naive:
    """The diary. `age` says which of two keys is older (only for who is the centre of a star)."""

    most_accounts_per_value: dict[str, int]
    accounts: int
    most_values: int
    age: dict[Key, int] = field(default_factory=dict)
    holders: dict[tuple[str, str], set[Key]] = field(default_factory=lambda: defaultdict(set))
    edges: dict[tuple[str, str], set[frozenset[Key]]] = field(default_factory=lambda: defaultdict(set))
    undone: set[tuple[tuple[str, str], frozenset[Key]]] = field(default_factory=set)
    apart: set[frozenset[Key]] = field(default_factory=set)
    by_hand: set[frozenset[Key]] = field(default_factory=set)
    listed: dict[tuple[str, str], bool] = field(default_factory=dict)
    names: dict[Key, str] = field(default_factory=dict)

    def see_batch(self, batch, ages: dict[Key, int]) -> None:
        """A batch is seen at once: a star is centred on the oldest that had the value before, else among the new."""
        self.age |= ages
        before = {mark: set(keys) for mark, keys in self.holders.items()}
        for sighting in batch:
            first, *others = self._keys(sighting)
            if name := sighting.traits.get("first_name"):
                self.names[first] = max(name, self.names.get(first, ""))
            for other in others:
                rule = "alias" if other[1] == first[1] else "same_event"
                self.edges[rule, repr(other)].add(frozenset((first, other)))
            for mark in sighting.identifiers:
                self.holders[mark].add(first)
        for mark, keys in self.holders.items():
            new = keys - before.get(mark, set())
            if new:
                oldest = min(before.get(mark) or new, key=self.age.__getitem__)
                self.edges[f"same_{mark[0]}", mark[1]] |= {frozenset((k, oldest)) for k in new if k != oldest}

    @staticmethod
    def _keys(sighting) -> list[Key]:
        keys = list(dict.fromkeys((sighting.namespace, kind, key) for kind, key in sighting.keys))
        return sorted(keys, key=lambda k: k[1] != "user") if keys[0][1] == "anonymous" else keys

    def quarantined(self, rule: str, value: str) -> bool:
        if rule == "same_event":
            device = next(k for edge in self.edges[rule, value] for k in edge if repr(k) == value)
            users = {k for edge in self.edges[rule, value] for k in edge if k != device and k[1] == "user"}
            over = device[1] == "anonymous" and self._most(users) > 1
            return self.listed.get(("anonymous", value), over)
        mark = (rule.removeprefix("same_"), value)
        over = mark[0] in self.most_accounts_per_value and (
            self._most(k for k in self.holders[mark] if k[1] != "anonymous") > self.most_accounts_per_value[mark[0]]
        )
        return self.listed.get(mark, over)

    @staticmethod
    def _most(keys) -> int:
        count = defaultdict(int)
        for namespace, _, _ in keys:
            count[namespace] += 1
        return max(count.values(), default=0)

    def persons(self) -> set[frozenset[Key]]:
        groups = [{key} for key in self.age]
        for rule, members in self._bundles():
            placed: list[Key] = []
            for key in members:
                if not any(_of(groups, p) is _of(groups, key) for p in placed):
                    for p in placed:
                        if self._may(rule, _of(groups, p), _of(groups, key)):
                            _unite(groups, p, key)
                            break
                placed.append(key)
        for pair in self.by_hand:
            _unite(groups, *pair)
        return {frozenset(group) for group in groups}

    def _bundles(self) -> list[tuple[str, list[Key]]]:
        found = []
        for (rule, value), edges in self.edges.items():
            alive = [e for e in edges if ((rule, value), e) not in self.undone]
            if alive and not self.quarantined(rule, value):
                pieces = [{k} for k in set().union(*alive)]
                for a, b in map(tuple, alive):
                    _unite(pieces, a, b)
                found += [(RANK[rule], sorted(piece), rule) for piece in pieces]
        return [(rule, members) for _, members, rule in sorted(found)]

    def _may(self, rule: str, a: set[Key], b: set[Key]) -> bool:
        both = a | b
        ours, theirs = ({self.names[k] for k in group if k in self.names} for group in (a, b))
        if rule in WEAK and ours and theirs and all({x, y} in CLASH for x in ours for y in theirs):
            return False
        if any(pair <= both for pair in self.apart if pair & a and pair & b):
            return False
        if sum(key[1] != "anonymous" for key in both) > self.accounts:
            return False
        return not any(
            self._held(a, t) and self._held(b, t) and self._held(both, t) > self.most_values
            for t in ("email", "phone")
        )

    def _held(self, group: set[Key], type_: str) -> int:
        return sum(1 for (t, _), keys in self.holders.items() if t == type_ and keys & group)


def _of(groups: list[set[Key]], key: Key) -> set[Key]:
    return next(group for group in groups if key in group)


def _unite(groups: list[set[Key]], a: Key, b: Key) -> None:
    one, other = _of(groups, a), _of(groups, b)
    if one is not other:
        groups.remove(other)
        one |= other
