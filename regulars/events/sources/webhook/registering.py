"""What to enter at the sender."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


def steps(address: str) -> Sequence[str]:
    """By hand."""
    return (
        _("In your till or shop, add a webhook with the address and the secret shown here."),
        _("Let it send one sale, or paste the body of one under “Mapping”."),
        _("Say there which field means what; you see the event that would result before anything goes in."),
    )
