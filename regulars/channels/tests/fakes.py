"""A way out that keeps what it is given, and texts that need no templates: the edge of the house in tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from regulars.channels.providers import Outcome, Parcel, smtp


class Mailbox:
    """Takes everything, unless `answer` says otherwise; `during` runs before it answers."""

    CHANNEL, LABEL, FIELDS = "email", "Kept in memory", smtp.FIELDS

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.answer: Callable[[Parcel], Outcome] = lambda parcel: Outcome(
            parcel.message_id, "handed_off", "250", "ok"
        )
        self.batches: list[int] = []
        self.during: Callable[[], None] = lambda: None

    def open(self, way) -> Mailbox:
        return self

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        self.batches.append(len(parcels))
        self.during()
        answers = [self.answer(parcel) for parcel in parcels]
        taken = {answer.message_id for answer in answers if answer.state == "handed_off"}
        self.parcels += [parcel for parcel in parcels if parcel.message_id in taken]
        return answers

    def close(self) -> None:
        pass


class CannotRender(Exception):
    """As of content.rendering."""


class Shown:
    """As content's Rendered."""

    def __init__(self, subject: str, html: str, text: str) -> None:
        self.subject, self.preheader, self.html, self.text, self.pieces = subject, "", html, text, (html,)


class Text:
    """As content's Prepared: a subject, a link, an unsubscribe link. Whoever is called Nemo cannot be rendered."""

    tags, links, language = ("name",), ["https://shop.example/sale"], "en"

    def render(self, context, link=None, pixel=""):
        if context["person"].get("name") == "Nemo":
            raise CannotRender("Nemo has no name.")
        url = link(1, self.links[0]) if link else self.links[0]
        seen = f'<img src="{pixel}">' if pixel else ""
        html = f'<p>Hello {context["person"].get("name", "there")}, <a href="{url}">sale</a>{seen}</p>'
        return Shown(f"From {context['business']['name']}", html, f"Hello {url} {context['links']['unsubscribe']}")


def texts() -> dict[str, ModuleType]:
    """What `regulars.content` offers, for sys.modules."""
    queries, rendering, tags = (ModuleType(f"regulars.content.{n}") for n in ("queries", "rendering", "tags"))
    queries.prepared = lambda *, version_id, language: Text()
    rendering.CannotRender = CannotRender
    from regulars.core.plugs import registry

    tags.facts_of = lambda *, tags, person_ids, language="": {
        **{person: {} for person in person_ids},
        **{person: {"name": name} for person, name in registry.facts["name"].now(person_ids).items()},
    }
    return {module.__name__: module for module in (queries, rendering, tags)}


def put_texts() -> None:
    """For processes of their own."""
    sys.modules.update(texts())
