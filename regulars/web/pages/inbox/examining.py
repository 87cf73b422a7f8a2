"""The honesty gate beside the reply box: what it finds in a text while it is written, and what to do about each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.content.honesty import CHANGE, CLEAR, NOTE, SECOND, Examination
from regulars.core.clock import now_us
from regulars.inbox.actions.answering import asked_of
from regulars.inbox.actions.gating import examine_answer
from regulars.inbox.models import Case

TONES = {CHANGE: "bad", SECOND: "", NOTE: "note"}


def findings_of(case: Case, text: str, mode: str, by: str) -> dict[str, Any]:
    """What a page shows; nothing for what is not public, for what goes nowhere, and for an empty box."""
    if mode != "public" or not text.strip() or case.account_id is None:
        return {"findings": [], "examined": False}
    asked = asked_of(case, public=True)
    return shown(examine_answer(case=case, asked=asked, text=text, public=True, by=by, at=now_us()), text)


def shown(found: Examination, text: str) -> dict[str, Any]:
    """An examination as the page shows it: the words it is about, why, and what to do."""
    findings = [
        {
            "tone": TONES.get(one.weight, ""),
            "title": one.says,
            "words": text[one.start : one.end][:160] if one.end > one.start else "",
            "advice": one.do,
        }
        for one in found.findings
    ]
    return {
        "findings": findings,
        "examined": True,
        "overrulable": found.verdict != CLEAR,
        "second": found.verdict == SECOND,
        "label": _("What the honesty gate finds"),
    }
