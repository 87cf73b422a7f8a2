"""What a till did, in its own words, becomes events, points and used codes: once, however often it is sent.

Each action has an id made by the device. Its effects and its answer commit together; what cannot be done is answered
with a sentence and changes nothing. Points and codes are only taken while the line is up: the device asks first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from regulars.core.clock import DAY
from regulars.core.failpoints import declare, failpoint
from regulars.till.actions import asking, returning, rewards, selling
from regulars.till.actions.errors import CannotDo
from regulars.till.models import Device, Done

declare("till.before_commit", "till.after_commit")
OLDEST_US = 30 * DAY
KINDS: dict[str, Callable[..., tuple[dict[str, Any], dict[str, Any], int | None]]] = {
    "sale": selling.sell,
    "return": returning.take_back,
    "join": asking.join,
    "reward": rewards.take,
}


def take_action(*, device: Device, action: Mapping[str, Any], at: int) -> dict[str, Any]:
    """The answer to one action: {"id", "ok", "sentence", ...}. Idempotent by id; never raises for what was sent."""
    client_id = action.get("id")
    if not isinstance(client_id, str) or not 8 <= len(client_id) <= 40 or not client_id.isascii():
        return {"id": client_id, "ok": False, "sentence": "An action needs an id of 8 to 40 characters."}
    asked = hashlib.sha256(json.dumps(action, sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            answer = _take(device, client_id, asked, action, at)
            failpoint("till.before_commit")
        failpoint("till.after_commit")
        return {"id": client_id, **answer}
    except CannotDo as problem:
        return {"id": client_id, "ok": False, "sentence": str(problem)}
    except IntegrityError:  # the same action came twice at once, and the other was faster
        return {"id": client_id, **_known(device, client_id, asked)}


def _take(device: Device, client_id: str, asked: str, action: Mapping[str, Any], at: int) -> dict[str, Any]:
    if Done.objects.filter(device_id=device.id, client_id=client_id).exists():
        return _known(device, client_id, asked)
    act = KINDS.get(str(action.get("kind")))
    if act is None:
        raise CannotDo("This till speaks of something unknown here. Reload its page.")
    said = _moment(action.get("at"), at)
    answer, undo, node = act(device=device, client_id=client_id, action=action, said=said, at=at)
    answer = {"ok": True, **answer}
    Done.objects.create(
        device_id=device.id, client_id=client_id, kind=action["kind"], asked=asked, answer=answer, undo=undo,
        node_id=node, said_us=said, at=at,
    )  # fmt: skip
    return rewards.with_code(answer)


def _known(device: Device, client_id: str, asked: str) -> dict[str, Any]:
    known = Done.objects.get(device_id=device.id, client_id=client_id)
    if known.asked != asked:
        return {"ok": False, "sentence": "This was sent before with other content; what was sent first counts."}
    return rewards.with_code(known.answer) or {"ok": True, "sentence": ""}


def _moment(said: Any, at: int) -> int:
    """The device's clock, in microseconds, as far as it can be true."""
    if not isinstance(said, int | float) or isinstance(said, bool):
        return at
    return max(min(int(said) * 1000, at), at - OLDEST_US)
