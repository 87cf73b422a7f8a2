"""A network that keeps what it is told in memory, says what a test wants, and breaks as it is told to.

    with pretended() as there: account = connected(at=at); there.says(text="hello", to_us=True); ...
Its line obeys shape.Line (test_pretend checks the signatures); rooms above use it too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from regulars.channels.networks import accounts, borrowing, kinds
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Heard, Login, Network, Room, Said, Saying, Seen, Who
from regulars.channels.providers import Field, Forged, Incoming
from regulars.content.honesty import CLEAR, digest_of, whole

US = Who("us", handle="northgate", name="Northgate Sports")
CAN = frozenset({"read", "search", "post", "reply", "answer", "delete", "moderate", "hide", "metrics"})
NETWORK = Network(
    kind="pretend",
    label="Pretend",
    fields=(Field("address", "Address", default="pretend.example"), Field("key", "Key", type="password")),
    can=CAN,
    room=Room(characters=300, pictures=4, picture_bytes=1_000_000, alt_length=1000),
    proven="in tests",
)


@dataclass
class There:
    """The network itself: what was said to it, what it says, and what goes wrong (`troubles`: raised in turn)."""

    NETWORK: Network = NETWORK
    posts: dict[str, Saying] = field(default_factory=dict)
    said: list[Saying] = field(default_factory=list)
    items: list[Seen] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    metrics: dict[str, dict[str, int]] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    answers: list[Said | Exception] = field(default_factory=list)
    lost: bool = False  # answers get lost: it was said, and nobody knows
    unsure: bool = False  # who looks for something cannot tell
    hides: bool = True  # what others say can be hidden here
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def open(self, login: Login) -> PretendLine:
        return PretendLine(self, login)

    def webhook(self, incoming: Incoming, login: Login, *, at: int) -> Heard:
        """It calls us: the body is the text, a header is its signature."""
        if incoming.headers.get("x-key") != login.secrets["key"]:
            raise Forged("This call is not signed by the network.")
        return Heard((self.says(incoming.body.decode()),))

    def says(self, text: str = "Hello", **more: Any) -> Seen:
        """Somebody says something; it is read with the next reading."""
        number = next(self.numbers)
        who = more.pop("who", Who(f"someone{number}", handle=f"someone{number}", name=f"Some One {number}"))
        values = {"external": f"i{number}", "kind": "mention", "at": 1_790_000_000_000_000 + number, "to_us": True}
        made = Seen(text=text, who=who, **(values | more))
        self.items.append(made)
        return made


class PretendLine(Plain):
    """A line to it."""

    def __init__(self, there: There, login: Login) -> None:
        super().__init__(login)
        self.there = there

    def _trouble(self) -> None:
        if self.there.troubles:
            raise self.there.troubles.pop(0)

    def me(self) -> Who:
        self._trouble()
        return US

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self._trouble()
        place = cursor.get("place", 0)
        return Heard(tuple(self.there.items[place:]), {"place": len(self.there.items)})

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self._trouble()
        return Heard(tuple(one for one in self.there.items if words.lower() in one.text.lower()), {"at": at})

    def say(self, saying: Saying) -> Said:
        if self.there.answers:
            answer = self.there.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.there.said.append(saying)
        self.there.posts.setdefault(saying.key, saying)
        if self.there.lost:
            raise ConnectionResetError("the line broke")
        return self._found(saying)

    def find(self, saying: Saying) -> Said | None:
        self._trouble()
        if self.there.unsure:
            return Said("unknown")
        return self._found(saying) if saying.key in self.there.posts else None

    def _found(self, saying: Saying) -> Said:
        return Said("handed_off", external=f"p:{saying.key}", url=f"https://pretend.example/p/{saying.key}")

    def remove(self, external: str) -> bool:
        self._trouble()
        before = len(self.there.items)
        self.there.items = [one for one in self.there.items if one.external != external]
        return self.there.posts.pop(external.removeprefix("p:"), None) is not None or len(self.there.items) < before

    def hide(self, external: str, *, hidden: bool) -> bool:
        self._trouble()
        if self.there.hides:
            (self.there.hidden.add if hidden else self.there.hidden.discard)(external)
        return self.there.hides

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self._trouble()
        live = {f"p:{key}" for key in self.there.posts}
        return {name: self.there.metrics.get(name, {"likes": 0}) for name in externals if name in live}

    def close(self) -> None: ...


@contextmanager
def pretended() -> Iterator[There]:
    """The network is there while this lasts."""
    kinds.GIVEN["pretend"] = there = There()
    try:
        yield there
    finally:
        kinds.GIVEN.pop("pretend")
        borrowing.close_all()


def connected(*, at: int, name: str = "Northgate", **more: Any) -> Account:
    """An account there."""
    values = {"address": "pretend.example", "key": "secret"}
    return accounts.connect(kind="pretend", name=name, values=values, by="user:1", at=at, **more)


def cleared(text: str, title: str = "", alts: Sequence[str] = ()) -> dict[str, Any]:
    """What the honesty gate gives for a text in which it finds nothing."""
    return {"digest": digest_of(whole(text, title=title, alts=alts)), "verdict": CLEAR, "until_us": None}
