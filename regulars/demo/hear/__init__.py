"""Northgate's Hear floor: a quarterly NPS, a question after purchases, and the cases that unhappy answers open.

What people say follows from what happened to them: who sent things back or has stayed away is less happy, who comes
often is happier. `words.py` has what they write.
"""
