"""Why something cannot be done with a case."""


class CannotDo(ValueError):
    """A sentence for people."""
