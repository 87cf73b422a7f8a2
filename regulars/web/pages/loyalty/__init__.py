"""The programme, its members and what they get."""
