"""What goes into the gate and what comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from regulars.content.voice import Rules

CLEAR, SECOND, CHANGE = "clear", "second", "change"  # verdicts, from mild to strict
NOTE = "note"  # a finding that changes no verdict
ORDER = (CLEAR, SECOND, CHANGE)


@dataclass(frozen=True)
class Fact:
    """An approved statement. `expires_us` may have passed: then it supports nothing, and that is said. `alone`: its
    author approved it, for nobody else could."""

    id: int
    text: str
    number: int = 1  # its version
    subject: str = ""
    source: str = ""
    language: str = "en"
    approved_us: int = 0
    expires_us: int | None = None
    alone: bool = False


@dataclass(frozen=True)
class Turn:
    """Something said before in the same thread, or one of our answers to somebody else."""

    text: str
    ours: bool = False
    at: int = 0


@dataclass(frozen=True)
class Promise:
    """Noted with the answer: who does what we promise, and by when."""

    what: str
    owner: str
    due_us: int


@dataclass(frozen=True)
class Context:
    """All the gate knows beside the text itself.

    purpose: post (to everybody), reply, private, correction (of something false that is told). `asked` is what is
    answered; `thread` what was said before it, oldest first. `invited`: they wrote to us; False when we join others.
    `as_business`: it goes out under the business's own name. `previous`: our latest answers to other people.
    `admitted`: faults we have owned up to. `private`: what we know of the person that is nobody else's business
    (address, order numbers, full name). `own`: our own addresses and numbers, which may be told.
    `rumour`: what a correction corrects.
    """

    at: int
    public: bool = True
    purpose: str = "reply"
    business: str = ""
    names: tuple[str, ...] = ()
    as_business: bool = True
    invited: bool = True
    automatic: bool = False
    asked: str = ""
    thread: tuple[Turn, ...] = ()
    previous: tuple[Turn, ...] = ()
    facts: tuple[Fact, ...] = ()
    voice: Rules = field(default_factory=Rules)
    promises: tuple[Promise, ...] = ()
    admitted: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    rumour: str = ""
    network: str = ""
    language: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing found. `says` explains it in a sentence, `do` says what to do; [start, end) is its place in the text,
    both 0 when it is about the whole. `weight`: note, second or change. `facts`: ids of statements it speaks of."""

    kind: str
    weight: str
    says: str
    do: str
    start: int = 0
    end: int = 0
    facts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Examination:
    """What was found, and what follows. `digest` binds it to the exact text. `checked` names what was looked at, in
    words; `leans_on`: (statement, version) that supports a claim; `until_us`: when the first of them expires."""

    findings: tuple[Finding, ...]
    verdict: str
    digest: str
    language: str
    checked: tuple[str, ...] = ()
    leans_on: tuple[tuple[int, int], ...] = ()
    until_us: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For storing and for pages; holds no word of the text but what findings say."""
        return asdict(self)


def whole(text: str, *, title: str = "", alts: Sequence[str] = ()) -> str:
    """Everything that is published, as the gate reads it: title, text and descriptions of pictures."""
    return "\n\n".join(part for part in (title, text, *alts) if part)


def digest_of(text: str) -> str:
    """Of exactly this text: one letter, one space more and it is another."""
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()
