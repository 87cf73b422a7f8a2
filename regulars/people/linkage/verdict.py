"""From a scored pair to a suggestion: the vetoes, and the evidence per field in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.people.given import Called, contradict
from regulars.people.linkage.fields import FIELDS

CONTACTS = ("email", "phone", "street", "postcode")
REAL_NAME = 3  # people who have it
SUREST = 0.999
LIKELY = 0.9  # the most a pair is given whose birthdays differ: a son may have his father's name and home


@dataclass(frozen=True)
class Suggestion:
    """Two persons (by their oldest nodes, a < b) who may be one; evidence is JSON-able, per field.

    `kind`: "alike" are probably one; "shared" have an e-mail address or phone in common, and different first names.
    """

    a: int
    b: int
    score: float
    evidence: list[dict[str, Any]]
    kind: str = "alike"


def veto(pair: Mapping[str, Any]) -> str:
    """Why a pair is not suggested however alike it looks; empty when nothing speaks against it.

    Model scores take fields as independent; families, who share name and home, are where that goes wrong.
    """
    agrees = {field.name: _degree(pair, field.name) for field in FIELDS}
    if pair["cards_l"] and pair["cards_r"] and not set(pair["cards_l"]) & set(pair["cards_r"]):
        return "both have loyalty cards of their own"
    if agrees["birthday"] <= 0 and (agrees["first_name"] == 0 or _other_names(pair)):
        return "different first names, and no birthday in common"
    named = agrees["first_name"] != 0 and any(agrees[contact] > 0 for contact in CONTACTS)
    if agrees["birthday"] == 0 and not named:
        return "contradictory birthdays"
    return ""


def certainty(pair: Mapping[str, Any]) -> float:
    """The chance that the two are one person, never above what was seen to hold (see docs/duplicates.md)."""
    found = min(pair["match_probability"], SUREST)
    return min(found, LIKELY) if _degree(pair, "birthday") == 0 else found


def _other_names(pair: Mapping[str, Any]) -> bool:
    """Similar letters may still be two names: Nicola and Nicholas, Marek and Margaret. A name that hardly anybody
    has is rather a slip of the finger."""
    if min(pair["named_l"] or 0, pair["named_r"] or 0) < REAL_NAME:
        return False
    left, right = (
        Called(*(tuple((pair[f"{part}_name_{side}"] or "").split()) for part in ("first", "last"))) for side in "lr"
    )
    return contradict(left, right)


def evidence(pair: Mapping[str, Any], left: Mapping[str, Any], right: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One entry per field known on a side: what each says, how they compare, and how much it weighs.

    The weight is in bits: +1 doubles the odds that the two are one person, -1 halves them.
    """
    entries = []
    for field in FIELDS:
        if left[field.name] is None and right[field.name] is None:
            continue
        weight = (pair.get(f"mw_{field.name}") or 0.0) + (pair.get(f"mw_tf_adj_{field.name}") or 0.0)
        entry = {"field": field.name, "left": left[field.name], "right": right[field.name]}
        entries.append(entry | {"verdict": _words(field, _degree(pair, field.name)), "weight": round(weight, 2)})
    return entries


def _degree(pair: Mapping[str, Any], name: str) -> int:
    """-1 missing, 0 different, higher is more alike."""
    found = pair.get(f"gamma_{name}")
    return -1 if found is None else found


def _words(field, degree: int) -> str:
    if degree == -1:
        return "missing on one side"
    return field.different.says if degree == 0 else field.degrees[len(field.degrees) - degree].says
