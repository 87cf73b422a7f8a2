"""Northgate's Thank floor: its loyalty programme with three years behind it, a partner club, evenings, a till.

Nothing is written past the rooms: rules count what was bought, points are spent and codes used by the same actions as
in a shop, only earlier.
"""
