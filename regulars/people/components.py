"""Which nodes are one person: a pure function of the links, whatever the order they came in.

Rules go first, strongest evidence first (accounts, card, e-mail, phone, similarity), and stop at a separation or
a limit. A shared e-mail address or phone, which a home may share, also stops at names that clearly differ. Then
people's own decisions join whole groups: they never change what the rules made, so taking one back gives exactly
what would be without it. Ties are settled by the nodes' keys, never by numbers given on arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from regulars.people.given import Called, contradict
from regulars.people.limits import Limits

RANKS = {"alias": 0, "same_event": 0, "same_card": 1, "same_email": 3, "same_phone": 4, "similar": 5}
WEAK = frozenset(("same_email", "same_phone"))  # what people of one home may share
SEPARATED = "somebody said they are not one person"
NAMES_DIFFER = "their first names differ"


class NodeKey(NamedTuple):
    """What orders nodes: their own names."""

    namespace: str
    kind: str
    key: str


class Tie(NamedTuple):
    """A link that counts: neither revoked nor in quarantine."""

    id: int
    a: int
    b: int
    rule: str
    value: str
    by_hand: bool


class Partition(NamedTuple):
    person_of: dict[int, int]
    held_back: dict[int, str]


def partition(
    nodes: Mapping[int, NodeKey],
    ties: Iterable[Tie],
    apart: Iterable[tuple[int, int]],
    values: Iterable[tuple[int, str, str]],
    limits: Limits,
    names: Mapping[int, Called] = MappingProxyType({}),
) -> Partition:
    """The person (smallest node id) of every node, and why a tie was held back: {tie id: reason}.

    `apart` are pairs of nodes no rule may join; `values` are (node, type, value) counted against the limits;
    `names` is what nodes call their person.
    """
    groups = _Groups(nodes, apart, values, limits, names)
    ties = list(ties)
    why: dict[int, str] = {}
    for bundle in _bundles(nodes, [tie for tie in ties if not tie.by_hand]):
        _join(groups, nodes, bundle, why)
    for tie in sorted((t for t in ties if t.by_hand), key=lambda t: (sorted((nodes[t.a], nodes[t.b])), t.rule)):
        groups.unite(groups.of(tie.a), groups.of(tie.b))
    person_of = {node: min(groups.members[groups.of(node)]) for node in nodes}
    held = {id_: reason for id_, reason in why.items() if id_}
    by_id = {tie.id: tie for tie in ties}
    return Partition(person_of, {i: r for i, r in held.items() if person_of[by_id[i].a] != person_of[by_id[i].b]})


def _bundles(nodes: Mapping[int, NodeKey], ties: list[Tie]) -> list[tuple[list[int], list[Tie]]]:
    """Ties with one rule and value that hang together, strongest first, each with its nodes in canonical order."""
    by_value: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        by_value[tie.rule, tie.value].append(tie)
    found = []
    for (rule, _), same in by_value.items():
        for piece in _pieces(same):
            members = sorted({n for tie in piece for n in (tie.a, tie.b)}, key=nodes.__getitem__)
            found.append(((RANKS.get(rule, 2), [nodes[n] for n in members], rule), members, piece))
    return [(members, piece) for _, members, piece in sorted(found, key=lambda f: f[0])]


def _pieces(ties: list[Tie]) -> list[list[Tie]]:
    """Ties cut into pieces that share nodes."""
    if len(ties) == 1:
        return [ties]
    roots = _Forest()
    for tie in ties:
        roots.join(tie.a, tie.b)
    pieces: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        pieces[roots.find(tie.a)].append(tie)
    return list(pieces.values())


def _join(groups: _Groups, nodes: Mapping[int, NodeKey], bundle: tuple[list[int], list[Tie]], why: dict) -> None:
    """Each node joins the first group of the bundle that may take it."""
    members, ties = bundle
    reason = ""
    leaders: list[int] = []
    for node in members:
        own = groups.of(node)
        if own in (groups.of(leader) for leader in leaders):
            continue
        for leader in leaders:
            against = groups.objection(groups.of(leader), own, weak=ties[0].rule in WEAK)
            if not against:
                groups.unite(groups.of(leader), own)
                break
            reason = reason or against
        else:
            leaders.append(node)
    if reason:
        why.update((tie.id, reason) for tie in ties if groups.of(tie.a) != groups.of(tie.b))


class _Forest:
    """Union-find over numbers."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}

    def find(self, node: int) -> int:
        parent = self.parent
        root = node
        while (up := parent.setdefault(root, root)) != root:
            root = up
        while parent[node] != root:
            parent[node], node = root, parent[node]
        return root

    def join(self, a: int, b: int) -> int:
        a, b = self.find(a), self.find(b)
        self.parent[b] = a
        return a


class _Groups:
    """Union-find that knows what each group holds and with whom it may not be one."""

    def __init__(self, nodes, apart, values, limits: Limits, names: Mapping[int, Called]) -> None:
        self.limits = limits
        self.names = {node: {name} for node, name in names.items() if name.given}
        self.forest = _Forest()
        self.members = {node: [node] for node in nodes}
        self.accounts = {node: int(key.kind != "anonymous") for node, key in nodes.items()}
        self.apart: dict[int, set[int]] = defaultdict(set)
        for a, b in apart:
            if a in nodes and b in nodes:
                self.apart[a].add(b)
                self.apart[b].add(a)
        self.values: dict[int, dict[str, set[str]]] = defaultdict(dict)
        for node, type_, value in values:
            self.values[node].setdefault(type_, set()).add(value)

    def of(self, node: int) -> int:
        return self.forest.find(node)

    def objection(self, a: int, b: int, *, weak: bool) -> str:
        """Why two groups may not become one; empty when they may. `weak` evidence gives way to names."""
        if len(self.members[a]) > len(self.members[b]):
            a, b = b, a
        if any(self.of(other) == b for node in self.members[a] for other in self.apart.get(node, ())):
            return SEPARATED
        if self.accounts[a] + self.accounts[b] > self.limits.accounts:
            return f"one person would have more than {self.limits.accounts} accounts"
        ours, theirs = self.values.get(a, {}), self.values.get(b, {})
        for type_ in ours.keys() & theirs.keys():
            most = self.limits.of_person(type_)
            if len(ours[type_]) + len(theirs[type_]) > most and len(ours[type_] | theirs[type_]) > most:
                return f"one person would have more than {most} values of type {type_}"
        return NAMES_DIFFER if weak and self._strangers(a, b) else ""

    def _strangers(self, a: int, b: int) -> bool:
        """Both have names, and no name of one can be a name of the other."""
        ours, theirs = self.names.get(a, ()), self.names.get(b, ())
        return bool(ours and theirs) and all(contradict(x, y) for x in ours for y in theirs)

    def unite(self, a: int, b: int) -> None:
        if a == b:
            return
        if len(self.members[a]) < len(self.members[b]):
            a, b = b, a
        self.forest.join(a, b)
        self.members[a] += self.members.pop(b)
        self.accounts[a] += self.accounts.pop(b)
        if b in self.names:
            self.names.setdefault(a, set()).update(self.names.pop(b))
        for type_, have in self.values.pop(b, {}).items():
            self.values[a].setdefault(type_, set()).update(have)
