"""Small messages to begin a test with."""

from __future__ import annotations

from typing import Any

from regulars.content.rendering import Prepared, compile_variants

FACTS = {"first_name": True, "name": True, "city": True, "orders": False}
LINKS = {name: f"https://own.example/{name}" for name in ("unsubscribe", "preferences", "view")}
ANNA: dict[str, Any] = {"first_name": "Anna", "name": "Anna Berg", "city": "Rome", "orders": 7}


def compiled(source: Any, form: str = "html", *, channel: str = "email", **variant: Any) -> dict[str, Any]:
    """A text in one language, compiled."""
    variant = {"subject": "Hello", "format": form, "source": source, **variant}
    return compile_variants({"en": variant}, {}, facts=FACTS, channel=channel)


def prepared(source: Any, form: str = "html", **more: Any) -> Prepared:
    """The same, ready to be rendered."""
    return Prepared(compiled(source, form, **more))


def context(person: dict[str, Any] | None = None, **supplied: Any) -> dict[str, Any]:
    """What a message is rendered with."""
    return {"person": ANNA if person is None else person, "links": LINKS, "business": {"name": "Shop"}, **supplied}
