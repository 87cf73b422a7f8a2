"""What conditions can speak of in this installation: facts of every room, events and their declared properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.core.plugs import registry

BOUGHT = "Product Bought"
_LINE_TYPES = {"string": "text", "float64": "number"}
_LINE_MONEY = ("price", "total", "base_total")


@dataclass(frozen=True)
class InstalledCatalog:
    """`properties`: event -> property -> type. Amounts in events are decimal, so they count as numbers."""

    properties: dict[str, dict[str, str]] = field(default_factory=dict)

    def fact_type(self, name: str) -> str | None:
        """The type of a declared fact, a trait or a consent; None when there is no such thing."""
        if name.startswith("trait:"):
            return "text" if name != "trait:" else None
        if name.startswith("consent:"):
            return "choice" if name.count(":") == 2 else None
        known = registry.facts.get(name)
        return known.type if known and known.lake else None

    def property_type(self, event: str, name: str) -> str | None:
        """The type of a declared property of an event; None when it is not declared."""
        return self.properties.get(event, {}).get(name)


def catalog_now() -> InstalledCatalog:
    """The catalog as declared at this moment."""
    from regulars.lake.properties import columns_of, property_column

    found: dict[str, dict[str, str]] = {}
    events = registry.replica.get("events")
    if events and events.properties:
        declared = events.properties()
        columns = columns_of(declared)
        for event, name, kind in declared:
            is_text = columns[property_column(name)] == "string"
            known = found.setdefault(event, {})
            known[name] = "text" if is_text else ("number" if kind == "money" else kind)
    if lines := registry.replica.get("lines"):
        found[BOUGHT] = _line_properties({name: kind for name, (_, kind) in lines.columns.items()})
    return InstalledCatalog(found)


def _line_properties(columns: dict[str, str]) -> dict[str, str]:
    types = {name: _LINE_TYPES[kind] for name, kind in columns.items() if kind in _LINE_TYPES}
    return types | {name: "money" for name in _LINE_MONEY if name in columns}
