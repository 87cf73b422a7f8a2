"""The time zone of a person: what they said, else their country's, else the business's."""

from __future__ import annotations

import zoneinfo
from contextlib import suppress
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path


@lru_cache(maxsize=10_000)
def zone_of(said: str, country: str, business_zone: str, business_country: str) -> str:
    """The IANA name of a zone that exists. A country of many zones: the business's where it is at home, else the
    first that the time zone database names, which is that of most people."""
    if said and is_zone(said):
        return said
    code = _code(country)
    if code and code != business_country.upper() and code in _capitals():
        return _capitals()[code]
    return business_zone if is_zone(business_zone) else "UTC"


@lru_cache(maxsize=2000)
def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def _code(country: str) -> str:
    text = country.strip()
    return text.upper() if len(text) == 2 else _names().get(text.casefold(), "")


@cache
def _capitals() -> dict[str, str]:
    """Country code -> the first zone of its lines in zone.tab."""
    found: dict[str, str] = {}
    for fields in _table("zone.tab"):
        if len(fields) > 2 and is_zone(fields[2]):
            found.setdefault(fields[0], fields[2])
    return found


@cache
def _names() -> dict[str, str]:
    return {fields[1].casefold(): fields[0] for fields in _table("iso3166.tab") if len(fields) > 1}


def _table(name: str) -> list[list[str]]:
    """A table of the time zone database, of the system or of the tzdata package; empty where there is none."""
    places = [Path(folder) / name for folder in zoneinfo.TZPATH]
    with suppress(ModuleNotFoundError):
        places.append(resources.files("tzdata") / "zoneinfo" / name)
    for place in places:
        if place.is_file():
            lines = place.read_text("utf-8").splitlines()
            return [line.split("\t") for line in lines if line and not line.startswith("#")]
    return []
