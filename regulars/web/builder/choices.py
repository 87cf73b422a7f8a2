"""What the builder offers now: facts of every room, events and their declared properties, other segments."""

from regulars.core.plugs import registry
from regulars.segments.catalog import catalog_now
from regulars.segments.models import Segment
from regulars.web.builder.lines import Choices
from regulars.web.portrait import ROOMS


def choices_now(*, leave_out: int = 0) -> Choices:
    """Everything that can be picked; `leave_out` is the segment that is being edited."""
    catalog = catalog_now()
    facts: dict[str, list[tuple[str, str]]] = {}
    for fact in filter(lambda fact: fact.lake, registry.facts.values()):
        facts.setdefault(str(ROOMS.get(fact.room, fact.room)), []).append((fact.name, fact.label))
    return Choices(
        catalog=catalog,
        facts=list(facts.items()),
        events=sorted(catalog.properties),
        properties={event: sorted(names) for event, names in catalog.properties.items()},
        segments=list(
            Segment.objects.filter(archived_us=None, owner="").exclude(id=leave_out).values_list("id", "name")
        ),
        units={fact.name: fact.unit for fact in registry.facts.values()},
        options={fact.name: list(fact.choices) for fact in registry.facts.values() if fact.choices},
    )
