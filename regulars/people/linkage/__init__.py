"""Duplicates that no shared e-mail, phone or card proves: pairs of persons who are probably one, with evidence.

`fields` says what is compared, `blocking` which pairs are looked at, `truth` reads the people, `model` scores with
Splink, `verdict` vetoes and words the evidence, `keep` stores suggestions, `suggest` goes through all of it.
"""

from __future__ import annotations

from regulars.core.jobs import job


@job(lane="long", retries=2)
def suggest_duplicates(*, at: int, person_ids: list[int] | None = None) -> int:
    """Refresh the suggestions of duplicates; returns how many are open from this run.

    With `person_ids` only pairs with one of them. Does nothing while another run is under way.
    """
    from regulars.people.linkage.suggest import refresh  # brings DuckDB and Splink

    return refresh(at=at, person_ids=person_ids)
