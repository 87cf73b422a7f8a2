"""The rail: which places there are. Rooms above register theirs; the rail shows what one may open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Place:
    """One entry of the rail. `near` puts it into the bottom bar of small screens."""

    name: str
    label: str
    icon: str
    url: str
    group: str = ""
    near: bool = False
    may: Callable[[HttpRequest], bool] = lambda request: True
    count: Callable[[HttpRequest], int | None] | None = None

    @property
    def href(self) -> str:
        """Where it leads."""
        return reverse(self.url)


_places: dict[str, Place] = {}
_order: list[str] = []


def order(*groups: str) -> None:
    """The order of the groups on the rail, whichever room registered first; others follow."""
    _order[:] = groups


def register(*places: Place) -> None:
    """Put places on the rail, in this order. Registering a name again replaces it."""
    _places.update((place.name, place) for place in places)


def visible_to(request: HttpRequest) -> list[Place]:
    """The places this person may open."""
    ranks = {str(group): rank for rank, group in enumerate(_order)}
    found = sorted(_places.values(), key=lambda place: ranks.get(str(place.group), len(ranks)))
    return [place for place in found if place.may(request)]


def grouped(places: list[Place]) -> list[tuple[str, list[Place]]]:
    """Places under their group's label, order kept."""
    groups: dict[str, list[Place]] = {}
    for place in places:
        groups.setdefault(place.group, []).append(place)
    return list(groups.items())
