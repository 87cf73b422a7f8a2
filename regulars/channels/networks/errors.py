"""What cannot be done with accounts and posts, in sentences for people."""


class CannotConnect(ValueError):
    """An account that cannot be connected or changed like this: the sentence says what to do."""


class CannotSay(ValueError):
    """A post that cannot be planned, taken back or taken down: the sentence says why."""
