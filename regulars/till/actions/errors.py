"""What a till is told when something cannot be done."""


class CannotDo(ValueError):
    """A sentence for the person at the counter."""
