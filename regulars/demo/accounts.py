"""What each system believes about people: accounts with typos, nicknames, moves and missing fields.

Three systems: the web shop, the tills of three stores, and the old till of the outlet. A person has an account
wherever they bought, and now and then a second one because the card was lost or another address was typed in.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import words
from .population import Population, addresses, email_of, surnames

WEB, TILL, OUTLET = 0, 1, 2
SYSTEMS = ("Web shop", "Tills", "Outlet till")
_PREFIX = ("w", "t", "o")


@dataclass(slots=True)
class Account:
    """One record in one system, of one real person. `differs` names the traps it holds for linkage."""

    person: int
    system: int
    user_id: str
    traits: dict[str, Any]
    card: str = ""
    device: str = ""
    differs: list[str] = field(default_factory=list)


def choose_system(random: np.random.Generator, people: Population, person: np.ndarray) -> np.ndarray:
    """The system of each order: most people have one habit, some shop here and there."""
    habit = random.random(len(people))
    web_share = np.select([habit < 0.28, habit < 0.62], [1.0, 0.0], random.uniform(0.25, 0.75, len(people)))
    sheffield = np.array([t[3] == 3 for t in words.TOWNS])[people.town]
    outlet_share = np.where(sheffield, 0.85, np.where(random.random(len(people)) < 0.12, 0.35, 0.0))
    u, v = random.random((2, len(person)))
    return np.where(u < web_share[person], WEB, np.where(v < outlet_share[person], OUTLET, TILL))


def is_second(random: np.random.Generator, person: np.ndarray, system: np.ndarray) -> np.ndarray:
    """Whether each order (by person and time) went to a second account: from some order on, for about 4%."""
    pair = person * 3 + system
    renews = random.random(pair.max() + 1) < np.array([0.04, 0.05, 0.03])[np.arange(pair.max() + 1) % 3]
    order = np.lexsort((np.arange(len(pair)), pair))
    starts = np.r_[True, pair[order][1:] != pair[order][:-1]]
    rank = np.empty(len(pair), dtype=np.int64)
    rank[order] = np.arange(len(pair)) - np.flatnonzero(starts)[np.cumsum(starts) - 1]
    return renews[pair] & (rank >= random.integers(1, 4, pair.max() + 1)[pair])


def open_accounts(
    random: np.random.Generator, people: Population, person: np.ndarray, system: np.ndarray, first: np.ndarray
) -> list[Account]:
    """Accounts in the given order; `first` says which is the person's first, whose record is faithful."""
    count = len(person)
    luck = random.random((count, 12))
    moved_street, moved_postcode = addresses(random, people.town[person])
    new_surname = surnames(random, count)
    cards: dict[int, str] = {}
    made = []
    for i in range(count):
        known = _Record(people, int(person[i]), luck[i])
        if not first[i]:
            known.drift(random, new_surname[i], moved_street[i], moved_postcode[i])
        made.append(known.account(random, i, int(system[i]), cards))
    return made


class _Record:
    """One person as they describe themselves on one day, with a draw of luck for each thing that can differ."""

    def __init__(self, people: Population, person: int, luck: np.ndarray) -> None:
        self.person, self.luck, self.differs = person, luck, []
        self.first, self.last = people.first[person], people.last[person]
        self.street, self.postcode = people.street[person], people.postcode[person]
        self.town = words.TOWNS[people.town[person]][0]
        self.email, self.phone = people.email[person], people.phone[person]
        self.birthday, self.woman = str(people.birthday[person]), people.woman[person]

    def drift(self, random, surname: str, street: str, postcode: str) -> None:
        """A later record: nicknames, slips of the finger, a new surname, a new home, another address."""
        if self.luck[0] < 0.25 and self.first in words.SHORT:
            self.first = words.SHORT[self.first]
            self.differs.append("nickname")
        elif self.luck[1] < 0.06:
            self.first = slip(random, self.first)
            self.differs.append("typo in first name")
        if self.woman and self.luck[2] < 0.03:
            self.last = surname
            self.differs.append("new surname")
        elif self.luck[2] > 0.95:
            self.last = slip(random, self.last)
            self.differs.append("typo in surname")
        if self.luck[3] < 0.08:
            self.street, self.postcode = street, postcode
            self.differs.append("moved")
        if self.luck[4] < 0.10:
            self.email = email_of(self.first, self.last, 50 + self.person % 900, self.person % 3)
            self.differs.append("other e-mail")
        elif self.luck[4] > 0.95:
            local, domain = self.email.split("@")
            self.email = f"{slip(random, local).lower()}@{domain}"
            self.differs.append("typo in e-mail")

    def account(self, random, number: int, system: int, cards: dict[int, str]) -> Account:
        """What the system keeps of it; also issues or remembers the loyalty card."""
        user_id = f"{_PREFIX[system]}-{100_000 + number}"
        traits = (self._web, self._till, self._outlet)[system]()
        card = cards.get(self.person, "") if self.luck[5] < (0.50, 0.0, 0.40)[system] else ""
        if system == TILL:
            card = cards[self.person] = f"NG{10_000_000 + number * 37}"
        device = f"d-{number:06d}-{int(self.luck[6] * 1e9):09d}" if system == WEB else ""
        return Account(self.person, system, user_id, traits, card, device, self.differs)

    def _web(self) -> dict[str, Any]:
        home = {"street": self.street, "city": self.town, "postalCode": self.postcode, "country": "GB"}
        traits = {"firstName": self.first, "lastName": self.last, "email": self.email, "address": home}
        return traits | self._phone(0.55) | self._birthday(0.25)

    def _till(self) -> dict[str, Any]:
        traits: dict[str, Any] = {"firstName": self.first, "lastName": self.last}
        if self.luck[7] < 0.7:
            traits["email"] = self.email
        if self.luck[8] < 0.6:
            traits["address"] = {"city": self.town, "postalCode": self.postcode, "country": "GB"}
        return traits | self._phone(0.5, placeholder=0.07) | self._birthday(0.3)

    def _outlet(self) -> dict[str, Any]:
        traits = {"firstName": self.first.upper(), "lastName": self.last.upper()}
        traits["address"] = {"postalCode": self.postcode.replace(" ", ""), "country": "GB"}
        return traits | self._phone(0.7, placeholder=0.05, plain=True)

    def _phone(self, share: float, *, placeholder: float = 0.0, plain: bool = False) -> dict[str, str]:
        if self.luck[9] < placeholder:
            self.differs.append("placeholder phone")
            return {"phone": words.PLACEHOLDER_PHONES[int(self.luck[10] * len(words.PLACEHOLDER_PHONES))]}
        if not self.phone or self.luck[9] > placeholder + share:
            return {}
        return {"phone": self.phone.replace(" ", "") if plain else self.phone}

    def _birthday(self, share: float) -> dict[str, str]:
        return {"birthday": self.birthday} if self.luck[11] < share else {}


def slip(random: np.random.Generator, text: str) -> str:
    """One slip of the finger: two letters swapped, one dropped, doubled or hit beside."""
    if len(text) < 3:
        return text
    at, kind = int(random.integers(1, len(text) - 1)), int(random.integers(0, 4))
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + "aeiourst"[int(random.integers(0, 8))] + text[at + 1 :]
