"""Rules written, tested and published. What was published is never changed: the next version holds from then on."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.loyalty.actions.programmes import CannotDo, count_soon
from regulars.loyalty.earning.rules import Book, read, written
from regulars.loyalty.models import Programme, RuleBook
from regulars.team.actions import audit


def live_book(programme: Programme) -> Book:
    """The rules that are live."""
    return read(RuleBook.objects.get(programme_id=programme.id, number=programme.version).body)


def draft_book(programme: Programme) -> Book:
    """The rules that are being written; the live ones if none are."""
    return read(programme.draft) if programme.draft else live_book(programme)


def save_draft(*, programme_id: int, book: Book | dict[str, Any], by: str, at: int) -> Book:
    """Keep rules that are being written. Raises RuleError. A draft equal to what is live is none."""
    checked = read(book if isinstance(book, dict) else written(book))
    with transaction.atomic():
        found = Programme.objects.select_for_update().get(id=programme_id)
        found.draft = None if checked == live_book(found) else written(checked)
        found.save(update_fields=["draft"])
    return checked


def drop_draft(*, programme_id: int, by: str, at: int) -> None:
    """Back to what is live. Idempotent."""
    Programme.objects.filter(id=programme_id).update(draft=None)


def publish(*, programme_id: int, by: str, at: int) -> RuleBook:
    """The draft holds for whatever happens from `at` on; tiers are told by it at once, quietly.

    Raises CannotDo when there is nothing to publish.
    """
    with transaction.atomic():
        found = Programme.objects.select_for_update().get(id=programme_id)
        if not found.draft:
            raise CannotDo("Nothing was changed since the rules were published.")
        made = RuleBook.objects.create(
            programme_id=found.id, number=found.version + 1, body=written(read(found.draft)), from_us=at, by=by
        )
        found.version, found.draft = made.number, None
        found.save(update_fields=["version", "draft"])
        audit(by=by, act="programme.publish", object=f"programme:{found.id}", details={"version": made.number}, at=at)
        count_soon(found, at)
    return made
