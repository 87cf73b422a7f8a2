"""What the room brings into messages."""

from regulars.loyalty.rewards import supplies as _rewards  # noqa: F401  registers vouchers and invitations
