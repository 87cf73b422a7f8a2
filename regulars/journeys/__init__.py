"""Automations and broadcasts: immutable published versions, their steps, and the people inside them."""
