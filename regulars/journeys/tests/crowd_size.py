"""How many people the crowd has: read without starting Django a second time."""

PEOPLE = 300
