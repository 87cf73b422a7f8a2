"""What this room queues."""

from regulars.events import upkeep
from regulars.events.sources import reconciling, wanting
from regulars.events.sources.csv import running

__all__ = ["reconciling", "running", "upkeep", "wanting"]
