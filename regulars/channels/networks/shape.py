"""What every network offers, whatever its kind: reading, saying, looking again. Pure shapes, no database.

A network's folder `channels/providers/<kind>/__init__.py` offers
    NETWORK: Network    (label, form, what it can, its limits, prices and windows, whether it was proven)
    open(account: Login) -> Line    (connects lazily; used by one thread)
and, where the other side calls us, `webhook(incoming, login, *, at) -> Heard`, which raises providers.Forged, and
where it first asks by GET whether it is us, `hello(incoming, login) -> str`, the answer, which raises Forged too.
Where one is let in by OAuth, `LETS_IN: letting_in.LetsIn` says how. Where something is used up,
`used(login, *, at) -> str` says in words how much of it was.
Where accounts of a kind differ, `room(login) -> Room` says what a text may be on this one; else it is NETWORK.room.
Where only some of what others say can be hidden and its thread shows which, `may_hide(thread, us) -> bool` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from regulars.channels.providers import Field


@dataclass(frozen=True)
class Limit:
    """A limit or price as the network states it. `what`: the words of a person; `source`: the page that says so."""

    what: str
    source: str


@dataclass(frozen=True)
class Room:
    """What a text and its pictures may be there. None: the network does not allow it, or says nothing."""

    characters: int | None = None
    counts: str = "graphemes"  # graphemes, characters, bytes, or x (weighted: addresses count 23)
    link_length: int | None = None  # every address counts so many
    pictures: int = 0
    picture_bytes: int | None = None
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt_length: int | None = None
    video_bytes: int | None = None
    video_seconds: int | None = None
    needs_picture: bool = False  # a post does; answers never
    pictured: frozenset[str] = frozenset({"post", "reply", "answer"})  # what may carry pictures at all
    stories: bool = False


@dataclass(frozen=True)
class Network:
    """A kind of account: what it is called, its form, what it can do, and what we know of it.

    `can`: of read, search, post, reply, answer (in private), delete (what we said), hide, moderate (delete
    what others said below ours), edit, metrics, webhook.
    `window_us`: private answers are allowed for so long after the person wrote; None: always.
    `proven`: "" or when and against what it was tried; an unproven one says so on its page.
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    can: frozenset[str]
    room: Room = Room()
    limits: tuple[Limit, ...] = ()
    prices: tuple[Limit, ...] = ()
    window_us: int | None = None
    late_us: int | None = None  # so long a person, not a program, may still answer; None: no longer than the window
    every_s: int = 60  # how often it is asked while nothing hurries
    search_s: int = 120  # how often the same words are searched
    shared_s: float = 0  # between two readings of all accounts together, where a limit counts them together
    proven: str = ""
    how: str = ""  # where the keys come from, for people
    oauth: bool = False


@dataclass(frozen=True)
class Login:
    """An account as its network sees it: settings, and secrets in clear. `state` is what the line may remember
    (a session, limits left); it is kept, encrypted, when `Line.state` differs afterwards. "expires_us" in it is when
    the key ends: people are warned two weeks ahead."""

    account_id: int
    kind: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """An author as the network names them. `email`, `phone`: only what the network vouches for."""

    external: str
    handle: str = ""
    name: str = ""
    url: str = ""
    avatar: str = ""
    followers: int | None = None
    email: str = ""
    phone: str = ""
    bot: bool = False


@dataclass(frozen=True)
class Seen:
    """Something said, as read. `external` is unique per account; `thread` names the first item of its conversation.

    kind: post, comment, mention, reply, quote, repost, dm, review, mail, form, chat. `to_us`: it is addressed to us
    (a mention, an answer to ours, a private message, a review), so it belongs into the inbox; else it was only found.
    `deleted`: it is gone there; the rest may be empty. Times in microseconds UTC, as the network says.
    facts["automatic"]: "bounce" or "auto", where no person wrote it: it never starts and never stops a clock.
    """

    external: str
    kind: str
    at: int
    who: Who | None = None
    text: str = ""
    public: bool = True
    to_us: bool = False
    ours: bool = False
    thread: str = ""
    parent: str = ""
    title: str = ""
    url: str = ""
    language: str = ""
    stars: float | None = None
    media: tuple[
        Mapping[str, Any], ...
    ] = ()  # {"url", "type", "alt"}: shown through our own guard, never fetched by pages
    metrics: Mapping[str, int] = field(default_factory=dict)  # likes, reposts, replies, views, clicks
    edited_us: int | None = None
    deleted: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """One reading: what was said, and where to go on. `more`: ask again at once. `wait_us`: not before. `cost`: what
    it cost, in millionths of the network's currency, where reading is paid. `asked`: whether it was asked at all."""

    items: tuple[Seen, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False
    wait_us: int = 0
    cost: int = 0
    asked: bool = True


@dataclass(frozen=True)
class Picture:
    """A picture or video to go along. `url`: where the network may fetch it itself (Instagram only takes these)."""

    content: bytes = field(repr=False)
    type: str
    url: str = ""
    alt: str = ""
    name: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Saying:
    """What is to be said. `key` never changes between tries: networks that know idempotency get it, and others are
    searched for it. `at`: when it was written down; it never changes between tries either. `reply_to`, `thread`:
    externals; `private`: to `to` (an author's external) alone."""

    key: str
    text: str
    at: int
    pictures: tuple[Picture, ...] = ()
    reply_to: str = ""
    thread: str = ""
    to: str = ""
    private: bool = False
    title: str = ""
    language: str = ""
    story: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    now: int = 0  # the time of this try


@dataclass(frozen=True)
class Said:
    """What became of it.

    state: "handed_off" (it is there: `external`, `url`), "retry" (it is not; later it may be), "failed" (it never
    will be; `reply` says why), "unknown" (we cannot tell: look), "unauthorised" (connect it anew).
    """

    state: str
    external: str = ""
    url: str = ""
    code: str = ""
    reply: str = ""
    wait_us: int = 0


class Expired(Exception):
    """The network no longer accepts our key: somebody has to connect the account anew. A sentence."""


class Slower(Exception):
    """The network asks us to wait (429, or its own budget is used up)."""

    def __init__(self, sentence: str, wait_us: int) -> None:
        super().__init__(sentence)
        self.wait_us = wait_us


class Unreachable(Exception):
    """The network does not answer, or not in a way we understand. A sentence."""


class Line(Protocol):
    """An open account. Every method may raise Expired, Slower or Unreachable, and nothing else."""

    state: Mapping[str, Any]

    def me(self) -> Who:
        """Who we are there. It asks the network, and so proves that address and keys are good."""

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        """What is new since the cursor ({} on the first day: the last few days)."""

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        """What strangers say, where the network can be searched."""

    def say(self, saying: Saying) -> Said:
        """Publish or answer. Saying the same key twice gives one post wherever the network allows it."""

    def find(self, saying: Saying) -> Said | None:
        """Look for it: handed_off when it is there, None when it certainly is not, unknown when we cannot tell."""

    def edit(self, external: str, saying: Saying) -> Said:
        """Change what we said, where the network can."""

    def remove(self, external: str) -> bool:
        """Take down what we said; False when it was gone already."""

    def hide(self, external: str, *, hidden: bool) -> bool:
        """Hide a comment of somebody else under ours, where the network can."""

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        """{external: metrics} of what we said; what is missing is gone."""

    def close(self) -> None: ...
