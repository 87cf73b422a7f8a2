"""What a text says: its language, how it feels, what it wants. A model of our own that learns from corrections.

Every reading carries its probabilities and may be "unsure"; shares over many texts carry an interval that knows how
often the model errs (`shares.py`). No answer is ever sent because of it.
"""
