"""What the inbox does by itself, again and again."""

from __future__ import annotations

from regulars.core.locks import exclusive
from regulars.core.loops import loop
from regulars.core.sqlite import repeatable
from regulars.inbox.actions.carrying import take_posts
from regulars.inbox.actions.taking import take_items
from regulars.inbox.understanding.reading import read_due


@loop("inbox", lane="consumers", idle=0.2)
def take_due(at: int) -> bool:
    """What was said becomes conversations, and what became of our answers is noted. One process does it."""
    with exclusive("inbox") as mine:
        if not mine:
            return False
        with repeatable():
            return take_items(at) | take_posts(at)


@loop("reading", lane="consumers", idle=0.5)
def read_texts(at: int) -> bool:
    """What was said is read: language, feeling, intent. One process does it."""
    with exclusive("reading") as mine:
        if not mine:
            return False
        with repeatable():
            return read_due(at)
