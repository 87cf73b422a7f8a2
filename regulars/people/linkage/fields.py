"""What of two people is compared, in which degrees, and how telling each degree is before any training.

`match` is how often a degree is seen between records of one person, `chance` between two strangers; the latter is
learnt from the business's own people where there are enough. A degree with `common` is worth less for a common
value (Smith) than for a rare one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Degree:
    """One degree of agreement: a condition in SQL over `<column>_l` and `<column>_r`, and its words for people."""

    when: str
    says: str
    match: float
    chance: float
    common: str = ""
    fixed: bool = False  # strangers with the same name agree far more often than strangers at random: not learnt


@dataclass(frozen=True)
class Field:
    """One thing compared. The first degree that holds counts; none when `column` is missing on a side."""

    name: str
    column: str
    degrees: tuple[Degree, ...]
    different: Degree


def _different(match: float, chance: float) -> Degree:
    return Degree("ELSE", "different", match, chance)


def _like(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def _slip(column: str, most: int) -> str:
    """At most so many slips of the finger apart. Cheap tests come first: slips leave the beginning or the end alone,
    and the distance itself would take most of the time."""
    ends = f"left({column}_l, 3) = left({column}_r, 3) OR right({column}_l, 3) = right({column}_r, 3)"
    near = f"abs(length({column}_l) - length({column}_r)) <= {most} AND ({ends})"
    return f"CASE WHEN {near} THEN damerau_levenshtein({column}_l, {column}_r) <= {most} ELSE false END"


def _letters(column: str) -> str:
    return f"nullif(regexp_replace({column}, '[^a-z]', '', 'g'), '')"


def _name(column: str, other: str, label: str) -> Field:
    swapped = f"{column}_l = {other}_r AND {other}_l = {column}_r"
    shorter = f"least(length({column}_l), length({column}_r))"
    begins = f"starts_with({column}_l, {column}_r) OR starts_with({column}_r, {column}_l)"
    return Field(
        column,
        column,
        (
            Degree(f"{column}_l = {column}_r", "the same", 0.72, 0.004, common=column),
            Degree(swapped, f"swapped with the {label}", 0.03, 0.0001),
            Degree(_like(column, 0.92), "almost the same", 0.10, 0.003),
            Degree(f"{shorter} <> 2 AND ({begins})", "one is short for the other", 0.05, 0.004),
            Degree(_like(column, 0.8), "similar", 0.03, 0.01),
        ),
        _different(0.07, 0.979),
    )


FIELDS: tuple[Field, ...] = (
    _name("first_name", "last_name", "last name"),
    _name("last_name", "first_name", "first name"),
    Field(
        "birthday",
        "dob",
        (
            Degree("dob_l = dob_r", "the same", 0.85, 0.0001, common="dob"),
            Degree("hamming(dob_l, dob_r) <= 1", "one digit differs", 0.07, 0.001),
            Degree(
                "left(dob_l, 4) = left(dob_r, 4) AND substr(dob_l, 6, 2) = substr(dob_r, 9, 2)"
                " AND substr(dob_l, 9, 2) = substr(dob_r, 6, 2)",
                "day and month swapped",
                0.02,
                0.0002,
            ),
            Degree("hamming(dob_l, dob_r) <= 2", "two digits differ", 0.03, 0.01),
        ),
        _different(0.03, 0.988),
    ),
    Field(
        "email",
        "email",
        (
            Degree("email_l = email_r", "the same", 0.55, 0.00002, common="email"),
            Degree(
                f"named_l AND named_r AND ({_letters('local_l')} = {_letters('local_r')} OR {_like('local', 0.88)})",
                "only the name before the @",  # which says little that the names have not said
                0.06,
                0.03,
                fixed=True,
            ),
            Degree("local_l = local_r", "the same before the @", 0.12, 0.002, fixed=True),
            Degree(
                f"{_letters('local_l')} = {_letters('local_r')}", "the same but for a number", 0.03, 0.004, fixed=True
            ),
            Degree(_slip("local", 2), "a slip of the finger apart", 0.12, 0.001, fixed=True),
            Degree(_like("local", 0.88), "similar before the @", 0.05, 0.005),
        ),
        _different(0.10, 0.96),
    ),
    Field(
        "phone",
        "phone",
        (
            Degree("phone_l = phone_r", "the same", 0.6, 0.00002, common="phone"),
            Degree(_slip("phone", 1), "one digit differs", 0.08, 0.00005),
        ),
        _different(0.32, 0.9999),
    ),
    Field(
        "street",
        "street",
        (
            Degree("street_l = street_r", "the same", 0.7, 0.001, common="street"),
            Degree(_like("street", 0.92), "almost the same", 0.12, 0.001),
            Degree(_like("street", 0.8), "similar", 0.05, 0.01),
        ),
        _different(0.13, 0.988),
    ),
    Field(
        "postcode",
        "postcode",
        (
            Degree("postcode_l = postcode_r", "the same", 0.8, 0.001, common="postcode"),
            Degree(_slip("postcode", 1), "one character differs", 0.06, 0.003),
        ),
        _different(0.14, 0.996),
    ),
    Field(
        "city",
        "city",
        (
            Degree("city_l = city_r", "the same", 0.82, 0.05, common="city"),
            Degree(_like("city", 0.88), "almost the same", 0.08, 0.01),
        ),
        _different(0.10, 0.94),
    ),
)

COLUMNS = ("first_name", "last_name", "dob", "email", "local", "phone", "street", "postcode", "city")
