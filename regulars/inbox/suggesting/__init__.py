"""What may help to answer: similar questions already solved, statements and articles, a draft. Nothing is ever sent.

A conversation that ended well teaches: its words, stemmed and hashed, stand in an inverted index in the database, so
that among a million messages the like ones are found by a handful of index reads (`learning`, `similar`).
"""

from regulars.inbox.suggesting.similar import Similar, Suggestions, for_case

__all__ = ["Similar", "Suggestions", "for_case"]
