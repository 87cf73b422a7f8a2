"""Wrong codes are counted by the hour for whoever types them: a device, an account, an address of the network."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk, crypto
from regulars.core.clock import HOUR
from regulars.loyalty.models import Guess

MOST = 20  # an hour, of each kind of who: a cashier mistypes less, and 50 bits withstand it for ever


class TooManyGuesses(ValueError):
    """A sentence for who has to wait."""


def refuse_guessers(*, who: Iterable[str], at: int) -> None:
    """Raises TooManyGuesses when one of them has used up this hour's wrong codes."""
    names = [crypto.digest("guess", one) for one in who if one]
    if Guess.objects.filter(who__in=names, hour=at // HOUR, wrong__gte=MOST).exists():
        raise TooManyGuesses(
            "Too many codes were wrong in the last hour. Please wait an hour, or ask at the counter."
        )


def note_wrong(*, who: Iterable[str], at: int) -> None:
    """Count a wrong code. Safe beside others who count at the same moment."""
    rows = [(crypto.digest("guess", one), at // HOUR, 1) for one in dict.fromkeys(who) if one]
    conflict = "(who, hour) DO UPDATE SET wrong = loyalty_guess.wrong + 1"
    bulk.insert(Guess, ["who", "hour", "wrong"], sorted(rows), conflict=conflict)


def forget_old(*, at: int) -> int:
    """Counts of hours gone by."""
    return Guess.objects.filter(hour__lt=at // HOUR - 1).delete()[0]
