"""What the honesty gate said of a text, kept: the verdict, who was the second person, who overruled it and why.

A *clearance* is bound to the exact words by their digest: one letter more and it is a text nobody has looked at.
"""
