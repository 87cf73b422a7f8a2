"""Why something cannot be done with a survey."""


class CannotDo(ValueError):
    """A sentence for colleagues."""


class CannotAnswer(ValueError):
    """A sentence for customers; `reason`: closed, used, expired, gone."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
