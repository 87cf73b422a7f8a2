"""The jobs of the room that nothing else brings in."""

from regulars.loyalty.ledger import checking, liability  # noqa: F401
