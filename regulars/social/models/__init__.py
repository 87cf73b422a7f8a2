"""The tables of the room, one file per idea."""

__all__: list[str] = []
