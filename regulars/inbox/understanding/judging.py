"""What a colleague says of a text: a correction or a confirmation.

It counts at once, and the model learns from it at night.
"""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk, signals
from regulars.core.failpoints import declare, failpoint
from regulars.inbox.errors import CannotDo
from regulars.inbox.understanding.due import note_texts
from regulars.inbox.understanding.intents import INTENTS
from regulars.inbox.understanding.models import FEELS, Label, Reading
from regulars.inbox.understanding.signals import ItemsRead

HOW = ("random", "unsure", "seen")
declare("texts.judge.before_commit")


@transaction.atomic
def judge(*, item_id: int, feels: str, how: str, by: str, at: int, intent: str = "") -> None:
    """Say how an item feels, and perhaps what it wants (one of INTENTS or "none"). The latest word counts.

    `how` it came before the colleague ("random", "unsure", "seen" in passing) decides what it may measure: only
    what was drawn by chance says how often the model errs.
    """
    if feels not in FEELS or how not in HOW or intent not in (*INTENTS, "none", ""):
        raise CannotDo("A text is negative, neutral or positive.")
    reading = Reading.objects.select_for_update().filter(item_id=item_id).first()
    if reading is None:
        raise CannotDo("This text is gone, or was not read yet: there is nothing to judge.")
    said = {"feels": feels, "intent": intent, "by": by, "at": at}
    first = said | {"how": how, "predicted": reading.predicted, "model_id": reading.model_id}
    Label.objects.update_or_create(item_id=item_id, defaults=said, create_defaults=first)
    wanted = [intent] if intent in INTENTS else [] if intent == "none" else reading.intents
    Reading.objects.filter(item_id=item_id).update(
        feels=feels, source="person", intents=wanted, intent=wanted[0] if wanted else ""
    )
    if how == "random":
        _complete_the_draw(reading)
    signals.send(ItemsRead((item_id,), at))
    failpoint("texts.judge.before_commit")


def _complete_the_draw(reading: Reading) -> None:
    """What was judged for another reason, and would have been drawn before this one, counts as drawn by chance.

    Else the hard texts, which are judged first, would be missing there, and the model would look better than it is.
    """
    bulk.execute(
        "UPDATE inbox_label SET how = 'random' WHERE how <> 'random' AND EXISTS (SELECT 1 FROM inbox_reading r"
        " WHERE r.item_id = inbox_label.item_id AND r.negative IS NOT NULL"
        " AND (r.lot < %s OR (r.lot = %s AND r.item_id < %s)))",
        [reading.lot, reading.lot, reading.item_id],
    )


@transaction.atomic
def take_back(*, item_id: int, by: str, at: int) -> bool:
    """What was said of a text is forgotten, and the model's word counts again; False when nothing was said."""
    if not Label.objects.filter(item_id=item_id).delete()[0]:
        return False
    Reading.objects.filter(item_id=item_id).update(source="none", version="")  # so that it is read anew
    note_texts([item_id])
    return True
