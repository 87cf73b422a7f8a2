"""Member codes: nine random characters and one that proves the others, for cards and QR codes.

A code says who somebody is, like a card; it is no secret. Letters that look like digits are read as such.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
_LOOKS_LIKE = str.maketrans("OIL", "011")
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}


def new_code() -> str:
    """A code nobody else has, but for one chance in 35 million million: the table's constraint is the last word."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + _proof(body)


def read_code(text: str) -> str | None:
    """The code as it is stored, from what somebody typed or scanned; None if it cannot be one.

    Any single wrong character and any two that changed places are noticed.
    """
    code = "".join(sign for sign in text.upper() if sign.isalnum()).translate(_LOOKS_LIKE)
    if len(code) != LENGTH + 1 or any(sign not in _VALUE for sign in code) or _proof(code[:-1]) != code[-1]:
        return None
    return code


def shown(code: str) -> str:
    """In two groups of five, as people read it."""
    return f"{code[:5]} {code[5:]}"


def _proof(body: str) -> str:
    """Each character times another power of two in the field of 32 elements, added up."""
    sum_ = 0
    for sign in body:
        sum_ = _doubled(sum_ ^ _VALUE[sign])
    return ALPHABET[sum_]


def _doubled(value: int) -> int:
    """Times x in GF(32), modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
