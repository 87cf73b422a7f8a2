"""How many events fit into one transaction, learned from how long the last ones took."""

from __future__ import annotations

LOCK_TARGET = 0.010  # seconds: nobody may hold SQLite's writer lock over 20 ms, the commit (3 to 5) included


class Pace:
    """Keep `size` so that a transaction takes about `target` seconds: shrink at once, grow slowly."""

    def __init__(self, size: int = 100, *, least: int = 40, most: int = 1000, target: float = LOCK_TARGET) -> None:
        self.size, self.least, self.most, self.target = size, least, most, target

    def learn(self, events: int, took: float) -> None:
        """The statements of a transaction with so many events took so many seconds.

        Without the commit: it waits for the disk however small the batch is, so shrinking for it would only make
        more of them.
        """
        fits = events * self.target / max(took, 1e-6)
        if took > self.target:
            self.size = max(self.least, int(fits))
        elif events >= self.size:
            self.size = min(self.most, int((3 * self.size + fits) / 4) + 1)
