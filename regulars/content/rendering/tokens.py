"""Liquid tags as opaque words, so that HTML and MJML tools carry them through unharmed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass
class Tokens:
    """Swapped Liquid tags: `found[n]` stands for `word(n)`."""

    mark: str
    found: list[str] = field(default_factory=list)

    def add(self, tag: str) -> str:
        """The word that stands for one more tag."""
        self.found.append(tag)
        return self.word(len(self.found) - 1)

    def swap(self, text: str) -> str:
        """A text with its tags swapped for words."""
        return TAG.sub(lambda tag: self.add(tag[0]), text)

    def word(self, number: int) -> str:
        return f"{self.mark}{number}z"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the words; group 1 is the number."""
        return re.compile(rf"{self.mark}(\d+)z")

    def restore(self, text: str) -> str:
        """The tags back in their places."""
        return self.pattern.sub(lambda word: self.found[int(word[1])], text)

    def is_control(self, number: int) -> bool:
        """Whether a tag is {% ... %}."""
        return self.found[number].startswith("{%")

    def numbers(self, text: str) -> list[int]:
        """The tags in a text, in order."""
        return [int(word[1]) for word in self.pattern.finditer(text)]


def free_mark(text: str) -> str:
    """A word that does not occur in a text: letters and digits only, so that nothing escapes or encodes it."""
    tries = 0
    while (mark := f"zq{tries or ''}q") in text.lower():
        tries += 1
    return mark
