"""Which model reads now, and how: the shop's own when it has one that is better, else the one we ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from regulars.inbox.understanding.languages import USUAL
from regulars.inbox.understanding.model import Model, from_bytes, house
from regulars.inbox.understanding.models import ReadingRules, TextModel

HOUSE_READS = ("en",)


@dataclass(frozen=True)
class Reader:
    """A model, its number (0: the shipped one), and the shop's rules."""

    model: Model
    model_id: int
    reads: Sequence[str]
    languages: Sequence[str]
    sure: float

    @property
    def model_version(self) -> str:
        return house().version


def rules() -> ReadingRules:
    """What the shop decided, or what is usual."""
    return ReadingRules.objects.filter(id=1).first() or ReadingRules()


def current() -> TextModel | None:
    """The shop's own model that reads now, without its weights."""
    return TextModel.objects.filter(used_us__isnull=False, ended_us=None).order_by("-id").defer("weights").first()


def reader() -> Reader:
    """Who reads now. Weights are loaded once per process and model."""
    said, own = rules(), current()
    model = own_model(own.id) if own else house()
    reads = tuple(dict.fromkeys([*HOUSE_READS, *(own.languages if own else ())]))
    return Reader(model, own.id if own else 0, reads, tuple(said.languages or USUAL), said.sure)


@lru_cache(maxsize=2)
def own_model(model_id: int) -> Model:
    """A shop's model, standing on the shipped one."""
    stored = TextModel.objects.values_list("weights", flat=True).get(id=model_id)
    return from_bytes(bytes(stored), under=house())
