"""What surveys hold of people: that they were asked, and what they answered. Anonymous answers hold nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.feedback.models import Coding, Invitation, Response, Said

ASKED = ("survey_id", "wave", "occasion", "invited_us", "opened_us", "started_us", "answered_us")
ANSWERED = ("survey_id", "source", "score", "answers", "answered_us", "changed_us")


def _responses_of(node_ids: Sequence[int]):
    return Response.objects.filter(node_id__in=node_ids)


def _texts_of(node_ids: Sequence[int]):
    return Said.objects.filter(response_id__in=_responses_of(node_ids).values("id"))


def _asked(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Invitation.objects.filter(node_id__in=node_ids).order_by("id").values(*ASKED))


def _forget_asked(node_ids: Sequence[int], at: int) -> int:
    return Invitation.objects.filter(node_id__in=node_ids).delete()[0]


def _answered(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_responses_of(node_ids).order_by("answered_us", "id").values(*ANSWERED))


def _forget_answered(node_ids: Sequence[int], at: int) -> int:
    return _responses_of(node_ids).delete()[0]


def _texts(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_texts_of(node_ids).order_by("id").values("question", "text"))


def _forget_texts(node_ids: Sequence[int], at: int) -> int:
    return _texts_of(node_ids).delete()[0]


def _codings(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    theirs = _texts_of(node_ids).values("id")
    return list(Coding.objects.filter(said_id__in=theirs).order_by("id").values("topic_id", "yes", "at"))


def _forget_codings(node_ids: Sequence[int], at: int) -> int:
    return Coding.objects.filter(said_id__in=_texts_of(node_ids).values("id")).delete()[0]


# erased from the last to the first: what names a row goes before the row
register(
    PersonalTable(
        table="feedback_invitation",
        room="feedback",
        holds="that we asked the person",
        export=_asked,
        erase=_forget_asked,
    ),
    PersonalTable(
        table="feedback_response",
        room="feedback",
        holds="what the person answered",
        export=_answered,
        erase=_forget_answered,
    ),
    PersonalTable(
        table="feedback_said", room="feedback", holds="what the person wrote", export=_texts, erase=_forget_texts
    ),
    PersonalTable(
        table="feedback_coding",
        room="feedback",
        holds="what the person's words were about",
        export=_codings,
        erase=_forget_codings,
    ),
)
