"""Sign-up forms, as staff make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify

from regulars.channels.models import Topic
from regulars.events.actions import create_source
from regulars.events.models import Source
from regulars.portal.models import Form
from regulars.team.actions import audit

ASKED = ("name", "birthday", "phone", "city")
SOURCE = "Sign-up forms"


class CannotSave(ValueError):
    """A form cannot be saved so; the message says why."""


def save_form(*, form_id: int | None = None, values: Mapping[str, Any], by: str, at: int) -> Form:
    """Make a form, or change one. Raises CannotSave with a sentence for people.

    A changed wording counts for those who join from now on; the ledger keeps what each one agreed to.
    """
    with transaction.atomic():
        form = Form.objects.get(id=form_id) if form_id else Form(created_us=at, created_by=by)
        form.name = _needed(values, "name", "Give the form a name, for example “Newsletter on the website”.")
        form.headline = _needed(values, "headline", "Say in the headline what people get.")
        form.wording = _needed(values, "wording", "Write what people agree to; it is kept with each consent.")
        form.intro, form.thanks = values.get("intro", "").strip(), values.get("thanks", "").strip()
        form.topics = _known_topics(values.get("topics", ()))
        form.fields = [field for field in ASKED if field in values.get("fields", ())]
        form.origins = [_origin(line) for line in values.get("origins", ()) if line.strip()]
        form.slug = form.slug or _free_slug(form.name)
        form.source_id = form.source_id or _source(by, at)
        form.save()
        audit(by=by, act="form.save", object=f"form:{form.id}", details={"topics": form.topics}, at=at)
    return form


def archive_form(*, form_id: int, by: str, at: int) -> None:
    """Nobody can join by it any more; those who wait can still confirm. Idempotent."""
    Form.objects.filter(id=form_id, archived_us=None).update(archived_us=at)
    audit(by=by, act="form.archive", object=f"form:{form_id}", details={}, at=at)


def _needed(values: Mapping[str, Any], name: str, missing: str) -> str:
    text = str(values.get(name, "")).strip()
    if not text:
        raise CannotSave(missing)
    return text[:2000] if name == "wording" else text[:120]


def _known_topics(keys: Any) -> list[str]:
    known = Topic.objects.filter(archived_us=None, key__in=list(keys)).order_by("order", "id")
    return list(known.values_list("key", flat=True))


def _origin(line: str) -> str:
    parts = urlsplit(line.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or any(c in line for c in "';, \""):
        raise CannotSave(f"“{line.strip()[:80]}” is not a web address; write for example https://shop.example.com.")
    return f"{parts.scheme}://{parts.netloc}"


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "form"
    taken = set(Form.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{base}-{n + 1}" if n else base) not in taken)


def _source(by: str, at: int) -> int:
    found = Source.objects.filter(name=SOURCE).first()
    return (found or create_source(name=SOURCE, kind="portal", by=by, at=at)).id
