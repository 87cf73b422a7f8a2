"""Why something cannot be done with a case."""

from __future__ import annotations

from typing import Any


class CannotDo(ValueError):
    """A sentence for people."""


class AnsweredAlready(CannotDo):
    """Somebody else answered since this person looked: `entry_id` is what they said."""

    def __init__(self, sentence: str, entry_id: int) -> None:
        super().__init__(sentence)
        self.entry_id = entry_id


class GateAsks(CannotDo):
    """The honesty gate asks for a change: `examination` has its findings."""

    def __init__(self, sentence: str, examination: Any) -> None:
        super().__init__(sentence)
        self.examination = examination
