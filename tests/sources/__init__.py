"""Shops and tills: what they send, what their APIs say, and what becomes of it."""
