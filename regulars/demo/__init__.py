"""Northgate Sports: a shop that does not exist, generated from the purchase models with known truth.

About 20,000 people, three years, four stores and a web shop in three systems. Who is who, who left when and the
model's parameters are known, so that linkage, drifting and value can be judged. Everything is seeded: the same
seed, size and end give the same events to the byte. Names are invented from word lists, telephone numbers are
from Ofcom's ranges for drama, addresses from example.org, .com and .net.
"""

from .shop import Shop, generate

__all__ = ["Shop", "generate"]
