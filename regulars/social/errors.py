"""What the room refuses."""


class CannotDo(ValueError):
    """A sentence for people: what is wrong, and what to do."""
