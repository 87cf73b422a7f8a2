"""Why something cannot be posted, in sentences."""

from __future__ import annotations


class CannotPost(ValueError):
    """A posting that is refused; nothing was written."""


class NoSuchPerson(CannotPost):
    """They were erased, or never were."""

    def __init__(self) -> None:
        super().__init__("There is no such person: they were erased, or never were.")


class NotEnoughPoints(CannotPost):
    """More than there is. `active` is what can be spent now."""

    def __init__(self, *, wanted: int, active: int) -> None:
        self.wanted, self.active = wanted, active
        super().__init__(f"{wanted} points are wanted, but only {active} can be spent.")


class HoldEnded(CannotPost):
    """The hold was captured, released or ran out before. `active` is what can be spent now."""

    def __init__(self, *, active: int) -> None:
        self.active = active
        super().__init__(f"This hold has ended. {active} points can be spent: hold or spend them again.")


class Conflict(CannotPost):
    """The same key was used for something else before: a new posting needs a new key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key “{key}” was used before for something else. A new posting needs a new key.")
