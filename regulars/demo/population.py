"""The real people of Northgate, before any system knows them: one row per person, in parallel arrays."""

from dataclasses import dataclass

import numpy as np

from . import words

_OLDEST, _YOUNGEST = -17_000, 13_500  # birthdays as days since 1970
SHARED_HOME, SHARED_EMAIL = 0.10, 0.02


@dataclass(frozen=True, slots=True)
class Population:
    """Who they are. `phone` is empty for those who never give one; pairs of a household share home and surname."""

    woman: np.ndarray
    first: np.ndarray
    last: np.ndarray
    birthday: np.ndarray  # datetime64[D]
    town: np.ndarray  # index into words.TOWNS
    street: np.ndarray
    postcode: np.ndarray
    email: np.ndarray
    phone: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def invent(random: np.random.Generator, people: int) -> Population:
    """People with plausible English names; e-mail addresses and telephone numbers are nobody's."""
    woman = random.random(people) < 0.52
    first = np.where(woman, _pick(random, words.WOMEN, people), _pick(random, words.MEN, people)).astype(object)
    last = surnames(random, people)
    town = random.choice(len(words.TOWNS), people, p=[t[2] for t in words.TOWNS])
    street, postcode = addresses(random, town)
    phone = _phones(random, people)
    partner = _partners(random, people)
    for column in (last, town, street, postcode, phone):
        column[partner] = column[partner - 1]
    email = _emails(random, first, last)
    shared = partner[random.random(len(partner)) < SHARED_EMAIL / SHARED_HOME]
    email[shared] = email[shared - 1]
    birthday = random.integers(_OLDEST, _YOUNGEST, people).astype("datetime64[D]")
    return Population(woman, first, last, birthday, town, street, postcode, email, phone)


def surnames(random: np.random.Generator, count: int) -> np.ndarray:
    """Family names: a fifth common ones (one person in sixty is a Smith), the others composed."""
    often = 1 / (np.arange(len(words.COMMON_SURNAMES)) + 5)
    common = random.choice(np.array(words.COMMON_SURNAMES, dtype=object), count, p=often / often.sum())
    composed = _pick(random, words.SURNAME_STARTS, count) + _pick(random, words.SURNAME_ENDS, count)
    return np.where(random.random(count) < 0.2, common, composed)


def addresses(random: np.random.Generator, town: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A street with number and a postcode in the town's area, in districts that are not in use."""
    count = len(town)
    number = random.integers(1, 140, count).astype(str).astype(object)
    street = number + " " + _pick(random, words.STREETS, count) + " " + _pick(random, words.STREET_KINDS, count)
    area = np.array([t[1] for t in words.TOWNS], dtype=object)[town]
    district = random.integers(61, 90, count).astype(str).astype(object)
    digit = random.integers(1, 10, count).astype(str).astype(object)
    letters = np.array(list("ABDEFGHJLNPQRSTUWXYZ"), dtype=object)
    return street, area + district + " " + digit + _pick(random, letters, count) + _pick(random, letters, count)


def email_of(first: str, last: str, number: int, domain: int) -> str:
    """An address at a domain kept for examples."""
    plain = f"{first}.{last}".lower().replace("'", "")
    return f"{plain}{number or ''}@{words.DOMAINS[domain]}"


def _emails(random: np.random.Generator, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """One address each; a running number tells namesakes apart."""
    seen: dict[str, int] = {}
    domain = random.integers(0, 3, len(first))
    made = []
    for a, b, d in zip(first, last, domain, strict=True):
        number = seen[key] = seen.get(key := f"{a}.{b}.{d}", 0) + 1
        made.append(email_of(a, b, number if number > 1 else 0, int(d)))
    return np.array(made, dtype=object)


def _phones(random: np.random.Generator, people: int) -> np.ndarray:
    """A number of its own for as many as the drama ranges allow, at most 60%; empty for the others."""
    mobile = [f"{words.MOBILE_PREFIX}{n:03d}" for n in range(1, 1000)]
    landline = [f"{prefix}{n:03d}" for prefix in words.LANDLINE_PREFIXES for n in range(1, 1000)]
    pool = random.permutation(np.array(mobile + landline, dtype=object))
    with_phone = random.permutation(people)[: min(int(0.6 * people), len(pool))]
    phone = np.full(people, "", dtype=object)
    phone[with_phone] = pool[: len(with_phone)]
    return phone


def _partners(random: np.random.Generator, people: int) -> np.ndarray:
    """People who live with the person before them; never two in a row."""
    odd = np.arange(1, people, 2)
    return odd[random.random(len(odd)) < SHARED_HOME]


def _pick(random: np.random.Generator, of, count: int) -> np.ndarray:
    return np.array(of, dtype=object)[random.integers(0, len(of), count)]
