"""The tiers of a programme: by what one reaches them, how long they last, what they bring."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec


class TierError(ValueError):
    """A sentence about what is wrong with the tiers."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One tier, from `least` (points, minor units or orders) on. `factor` multiplies points; benefits are texts."""

    key: str
    name: str
    least: int
    factor: float = 1
    benefits: tuple[str, ...] = ()


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Tiers from low to high. `months` 0: by calendar year, else the last so many months. A tier is kept for the
    window and `grace_days` more; then it falls by one or to what was reached. Warned `warn_days` before."""

    levels: tuple[Level, ...]
    basis: Literal["points", "spend", "orders"] = "spend"
    months: int = 12
    grace_days: int = 30
    fall: Literal["one", "balance"] = "one"
    warn_days: int = 30

    def level_of(self, sum_: int) -> int:
        """Index of the highest tier that is reached by so much; -1 for none."""
        return sum(1 for level in self.levels if sum_ >= level.least) - 1

    def index(self, key: str) -> int:
        """Of a tier by its key; -1 when there is none."""
        return next((i for i, level in enumerate(self.levels) if level.key == key), -1)


def read_scheme(raw: dict[str, Any]) -> Scheme:
    """Checked tiers, lowest first. Raises TierError."""
    try:
        scheme = msgspec.convert(raw, Scheme, strict=False)
    except msgspec.ValidationError as wrong:
        raise TierError(f"The tiers cannot be read: {wrong}.") from None
    if not scheme.levels:
        raise TierError("Tiers need at least one tier.")
    for level in scheme.levels:
        if not re.fullmatch(r"[a-z0-9_-]{1,40}", level.key) or not level.name.strip():
            raise TierError("Every tier needs a name.")
        if level.least < 0 or not 0 < level.factor <= 100:
            raise TierError(f"“{level.name}”: it begins at 0 or more, and multiplies points by more than 0.")
    levels = tuple(sorted(scheme.levels, key=lambda level: level.least))
    if len({level.key for level in levels}) < len(levels) or len({level.least for level in levels}) < len(levels):
        raise TierError("Two tiers have the same name or begin at the same amount.")
    if not 0 <= scheme.months <= 120 or not 0 <= scheme.grace_days <= 366 or not 0 <= scheme.warn_days <= 366:
        raise TierError("The window has up to 120 months, the grace and the warning up to 366 days.")
    return msgspec.structs.replace(scheme, levels=levels)
