"""The honesty gate: what of a text can be checked before it goes out, and what has to be looked at by somebody else.

Pure: no database, no clock, no network. It never says that something is true. It says which sentences look like
claims, which of them an approved statement supports, and what in the text is known to anger people or to mislead
them. `examine` gives findings that explain themselves and a verdict: clear, second (a second person looks at it),
change.
"""

from regulars.content.honesty.examining import examine
from regulars.content.honesty.manners import admissions
from regulars.content.honesty.shape import (
    CHANGE,
    CLEAR,
    NOTE,
    SECOND,
    Context,
    Examination,
    Fact,
    Finding,
    Promise,
    Turn,
    digest_of,
    whole,
)

__all__ = [
    "CHANGE", "CLEAR", "NOTE", "SECOND", "Context", "Examination", "Fact", "Finding", "Promise", "Turn", "admissions",
    "digest_of", "examine", "whole",
]  # fmt: skip
