"""Codes of vouchers, gift cards and referrals: 10 random letters of Crockford's alphabet (50 bits), a check letter.

With a million live codes a guess hits one in 1.1 thousand million; wrong guesses are counted all the same
(guesses.py). The check letter is Luhn's, modulo 32 (ISO/IEC 7812-1, extended to letters): a slip of the finger is
told from a code that does not exist, and costs no guess.
"""

from __future__ import annotations

import secrets

from regulars.core import crypto

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # https://www.crockford.com/base32.html: no I, L, O, U
RANDOM = 10
_PLACES = {letter: place for place, letter in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


class NotACode(ValueError):
    """A sentence for who typed it."""


def new_code() -> str:
    """A fresh code, 11 letters without hyphens."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + check_letter(body)


def check_letter(body: str) -> str:
    """Luhn modulo 32: finds every wrong letter and nearly every swap of neighbours."""
    total = 0
    for i, letter in enumerate(reversed(body)):
        value = _PLACES[letter] * (2 if i % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def read_code(text: str) -> str:
    """The code in what somebody typed or scanned: any case, spaces, hyphens, O for 0. Raises NotACode."""
    code = "".join(text.upper().split()).replace("-", "").translate(_LOOKALIKES)
    if len(code) != RANDOM + 1 or any(letter not in _PLACES for letter in code):
        raise NotACode(
            f"“{text[:30]}” is not a code: codes have {RANDOM + 1} letters and digits, such as 7KQ2-M4XW-9BC."
        )
    if check_letter(code[:-1]) != code[-1]:
        raise NotACode(f"“{text[:30]}” has a letter wrong. Please compare it with the voucher once more.")
    return code


def shown(code: str) -> str:
    """ABCD-EFGH-JKM: as people read it."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def digest(code: str) -> str:
    """What is stored instead of the code: keyed, so that a stolen table opens nothing."""
    return crypto.digest("voucher", code)
