"""What a line is where its network offers nothing: searching finds nothing, hiding does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.shape import Heard, Login, Said, Saying, Who


class Plain:
    """A line to begin with. A network's own overrides what it can; `can` in its NETWORK says which."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.state: Mapping[str, Any] = dict(login.state)

    def me(self) -> Who:
        """Nobody in particular."""
        return Who(external=str(self.login.account_id))

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        """Nothing is read."""
        return Heard(cursor=cursor)

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        """This network cannot be searched."""
        return Heard(cursor=cursor)

    def say(self, saying: Saying) -> Said:
        """Nothing can be said here."""
        return Said("failed", reply="Nothing can be written on this kind of account.")

    def find(self, saying: Saying) -> Said | None:
        """It cannot be looked for: a person has to look."""
        return Said("unknown", reply="This kind of account cannot be searched for what we said.")

    def edit(self, external: str, saying: Saying) -> Said:
        """What is said cannot be changed here."""
        return Said("failed", reply="What was said cannot be changed on this kind of account.")

    def remove(self, external: str) -> bool:
        """Nothing can be taken down here."""
        return False

    def hide(self, external: str, *, hidden: bool) -> bool:
        """Nothing can be hidden here."""
        return False

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        """Nothing is counted here."""
        return {}

    def close(self) -> None:
        """Nothing is kept open."""
