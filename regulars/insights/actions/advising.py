"""Recommends anew, nightly."""

from __future__ import annotations

from regulars.core.jobs import job
from regulars.core.locks import exclusive


@job(lane="long")
def advise(*, at: int) -> None:
    """Recommend anew as of `at`. Running it twice gives the same lists. Where nobody has bought, nothing is said."""
    from regulars.insights import advising  # SciPy's matrices take 10 MB in every process

    with exclusive("advice") as mine:
        if mine:
            advising.run(at)
