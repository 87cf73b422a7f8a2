"""Toasts: one sentence on what just happened, kept over the redirect, with an address that undoes it."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


@dataclass(frozen=True)
class Toast:
    """What the page shows: `undo` is an address that takes a POST."""

    text: str
    tone: str
    undo: str


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Tell on the next page what was done. `undo` is the address that takes it back."""
    messages.success(request, text, extra_tags=undo)


def warn(request: HttpRequest, text: str) -> None:
    """Tell on the next page what could not be done, and what to do."""
    messages.error(request, text)


def read(message: Message) -> Toast:
    """A message of Django's as a toast: allauth speaks through them too."""
    undo = message.extra_tags or ""
    return Toast(str(message), "bad" if message.level >= messages.ERROR else "", undo if undo.startswith("/") else "")
