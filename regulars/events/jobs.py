"""What this room queues."""

from regulars.events import upkeep

__all__ = ["upkeep"]
