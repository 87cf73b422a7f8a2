"""All that reports count a wait by, in one number: they read a million of them in a moment. Pure.

The numbers of kinds are for ever; a kind without one is told apart from no other such kind.
"""

from __future__ import annotations

import numpy as np

NUMBERS = {"mention": 0, "comment": 1, "review": 2, "message": 3, "chat": 4, "mail": 5, "form": 6}
OTHER = 63
NAMES = {number: name for name, number in NUMBERS.items()}
# from the lowest bit. how: 1 answered, 2 closed, 0 goes on. in_time: 2 yes, 1 no, 0 nobody knows. by: who answered
# plus one; 0 nobody
BITS = {"kind": 6, "how": 2, "in_time": 2, "first": 1, "hour": 8, "by": 20, "account": 22}
HOW = {"": 0, "answer": 1, "close": 2}
IN_TIME = {None: 0, False: 1, True: 2}


def pack(
    *, kind: str, how: str, in_time: bool | None, first: bool, hour: int, by_user: int | None, account: int
) -> int:
    """The number of a wait."""
    values = {"kind": NUMBERS.get(kind, OTHER), "how": HOW[how], "in_time": IN_TIME[in_time], "first": int(first),
              "hour": hour, "by": 0 if by_user is None else by_user + 1, "account": account}  # fmt: skip
    packed, place = 0, 0
    for name, bits in BITS.items():
        packed |= min(values[name], (1 << bits) - 1) << place
        place += bits
    return packed


def unpack(packed: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of many, by name, as small as they can be."""
    found, left = {}, packed
    for name, bits in BITS.items():
        found[name] = (left & ((1 << bits) - 1)).astype(np.uint8 if bits <= 8 else np.int32)
        left = left >> bits
    return found
