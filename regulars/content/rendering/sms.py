"""How many SMS a text is: GSM-7 where every sign is in its alphabet (3GPP TS 23.038), else UCS-2."""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
SIZES = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True)
class Segments:
    """The size of an SMS: units of its encoding, messages it is cut into, units left in the last one."""

    encoding: str
    units: int
    count: int
    left: int
    costly: tuple[str, ...] = ()  # signs that made it UCS-2


def segments(text: str) -> Segments:
    """How a text is cut. A sign of two units is never cut in two, so a part may be one unit short."""
    costly = tuple(sorted({sign for sign in text if sign not in BASIC and sign not in EXTENDED}))
    encoding = "UCS-2" if costly else "GSM-7"
    sizes = [_units(sign, encoding) for sign in text]
    one, part = SIZES[encoding]
    if sum(sizes) <= one:
        return Segments(encoding, sum(sizes), 1 if text else 0, one - sum(sizes), costly)
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return Segments(encoding, sum(sizes), count, part - used, costly)


def _units(sign: str, encoding: str) -> int:
    if encoding == "UCS-2":
        return 2 if ord(sign) > 0xFFFF else 1
    return 2 if sign in EXTENDED else 1
