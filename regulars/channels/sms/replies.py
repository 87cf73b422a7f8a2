"""An SMS that came in: STOP, START, or somebody answering."""

from __future__ import annotations

from regulars.channels.providers import Returned
from regulars.channels.sms.words import meaning


def replied(*, kind: str, reference: str, address: str, text: str, at: int) -> Returned:
    """News of one incoming SMS. `reference` is the gateway's number of it: arriving twice is arriving once."""
    word = meaning(text)
    return Returned(
        kind=word or "replied", occasion=f"{kind}:in:{reference}"[:120], at=at, address=address, detail=text
    )
