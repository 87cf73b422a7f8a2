"""What can be wrong with a text: with the text itself, or with one person's rendering of it."""

from __future__ import annotations


class ContentError(ValueError):
    """A text that cannot go out. `path` says where ("en.subject", "en.blocks[3].text"), `message` is a sentence."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


class CannotRender(Exception):
    """This text cannot be rendered for this person; the reason is a sentence. Nothing was rendered."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
