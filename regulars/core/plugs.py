"""The plugs: what an upper room adds to lower ones, declared in files with fixed names.

`facts.py` registers Facts, `personal.py` PersonalTables, `replica.py` ReplicaTables, `panels.py` Panels,
`supplies.py` Supplies, `ideas.py` Springs; `reactions.py` registers reactions and consumers. There is no other hook
framework.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module, util
from typing import Any

from django.apps import apps

PLUGS = (
    "facts",
    "personal",
    "replica",
    "panels",
    "supplies",
    "ideas",
    "reactions",
    "loops",
    "upkeep",
    "jobs",
    "actions",
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing a room knows about a person: a merge tag, a segment condition, a column, a line on the page.

    `now(person_ids)` reads the truth: {person_id: value}; a person that is absent means `missing`.
    `lake(tables)` is an Ibis expression with columns (person_id int64, value, next_us int64 or null): the
    value and the next instant at which it changes without new data. A test compares both readers.
    None: it is not in the lake (names, addresses), so it is shown and merged into texts, but no condition.
    `gather` names the replica tables the expression reads, so that a tick can bring just those rows.
    """

    name: str
    label: str
    room: str
    type: str  # "text" | "number" | "money" | "bool" | "time" | "date" | "choice"
    unit: str = ""
    missing: str = "unknown"
    choices: tuple[tuple[str, str], ...] = ()
    gather: tuple[str, ...] = ()
    now: Callable[[Sequence[int]], dict[int, Any]]
    lake: Callable[..., Any] | None


@dataclass(frozen=True, kw_only=True)
class PersonalTable:
    """How the personal data in one table (or file, cache, job argument) is exported and erased.

    `export(node_ids)` gives JSON-able rows. `erase(node_ids, at)` removes or redacts and returns the count.
    Merge and unmerge need nothing when rows name their node; `moved(person_ids, at)` rebuilds what is kept per
    person, after the node map changed.
    """

    table: str
    room: str
    holds: str
    export: Callable[[Sequence[int]], list[dict[str, Any]]]
    erase: Callable[[Sequence[int], int], int]
    moved: Callable[[Sequence[int], int], None] | None = None


@dataclass(frozen=True, kw_only=True)
class ReplicaTable:
    """A table copied to the lake, or a log that the copying follows. `columns`: lake column -> (SQL, type),
    with types int64, int32, float64, string, bool; the SQL is an expression over `sql_table`.

    kind "log": only grows, read by (tx, id); `partition_by_month` names its time in us. `properties()` lists
    (event name, property, type) to be taken from the JSON text in `json_column`; see lake.properties.
    kind "keyed", `changed` = a registered "touch": all rows of the touched persons are copied again, found by
    `node_column` (their nodes) or `person_column`; both are columns of the lake. `after` names the consumer
    that fills the table: it is copied only as far as that consumer is.
    kind "keyed", `changed` = "all": a table that fits into memory, copied whole when `stamp` (SQL for one value)
    gives a new answer; without a stamp, when any person was touched and the content differs.
    kind "touch": a log of changed persons (columns: person_id). kind "erased": the log of erased nodes
    (columns: node_id). These two are not copied.
    """

    name: str
    room: str
    sql_table: str
    kind: str
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...] = ()
    changed: str = "touch"
    after: str = ""
    stamp: str = ""
    person_column: str = ""
    node_column: str = ""
    partition_by_month: str = ""
    sort: tuple[str, ...] = ()
    json_column: str = ""
    properties: Callable[[], Sequence[tuple[str, str, str]]] | None = None


@dataclass(frozen=True, kw_only=True)
class Panel:
    """An htmx fragment offered to someone else's page ("person", "today", "settings")."""

    page: str
    title: str
    url_name: str
    order: int = 50


@dataclass(frozen=True)
class Ask:
    """A message that is being planned and wants something of its own: `key` is that of the message."""

    key: str
    person_id: int
    campaign_id: int


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What a room brings into messages: a block of the editor, and a name at the top of every text.

    `now(person_ids, at)` reads {person_id: value}; whoever is absent or has an empty value gets nothing of it. It is
    asked once for each batch of up to 20,000 people that is planned, and for previews: set-based, it writes nothing.
    `hand_out(asks, at)` -> {key: value} is asked instead when messages are planned, for what each message takes one
    of, like the code of a voucher: in the transaction that plans them, so it stands or falls with them.
    Values are JSON-able, for they are stored on the message: text, whole numbers, {"minor", "currency"} for money,
    {"us"} for a moment, {"day": "2026-03-31"} for a day, and lists and dicts of these; each is shown in the words of
    the message's language. What the block draws, by `shape`:
    "products": [{"name", "price"?, "url"?, "image"?}] · "points": {"balance", "until"?} ·
    "voucher": {"code", "worth"?, "until"?} · "card": {"title", "text"?, "url"?, "label"?}
    `sample` is such a value, for looking at a text as nobody in particular.
    """

    name: str
    label: Any
    room: str
    shape: str
    sample: Any
    now: Callable[[Sequence[int], int], dict[int, Any]]
    hand_out: Callable[[Sequence[Ask], int], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Idea:
    """Something that could be told to everybody: a draft of a post. `key` ("product:12") is unique for ever."""

    key: str
    title: str
    text: str
    url: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Spring:
    """Where ideas for posts come from. `find(since, at)` gives at most 50, the newest first; it writes nothing.
    `about`: what would be one, in a sentence, for a page that has none."""

    name: str
    label: Any
    room: str
    find: Callable[[int, int], list[Idea]]
    about: Any = ""


@dataclass
class Registry:
    facts: dict[str, Fact] = field(default_factory=dict)
    personal: dict[str, PersonalTable] = field(default_factory=dict)
    replica: dict[str, ReplicaTable] = field(default_factory=dict)
    panels: list[Panel] = field(default_factory=list)
    supplies: dict[str, Supply] = field(default_factory=dict)
    springs: dict[str, Spring] = field(default_factory=dict)


registry = Registry()


def register(*plugs: Fact | PersonalTable | ReplicaTable | Panel | Supply | Spring) -> None:
    """Add to the registry. A second registration of the same name replaces the first (autoreload)."""
    for plug in plugs:
        match plug:
            case Fact():
                registry.facts[plug.name] = plug
            case PersonalTable():
                registry.personal[plug.table] = plug
            case ReplicaTable():
                registry.replica[plug.name] = plug
            case Supply():
                registry.supplies[plug.name] = plug
            case Spring():
                registry.springs[plug.name] = plug
            case Panel():
                registry.panels.append(plug)


def discover() -> None:
    """Import the plug files of every room, lowest room first."""
    for config in apps.get_app_configs():
        if not config.name.startswith("regulars."):
            continue
        for plug in PLUGS:
            name = f"{config.name}.{plug}"
            if util.find_spec(name):
                import_module(name)
