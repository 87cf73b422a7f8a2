"""Messages: send one that somebody waits for, read what became of it and why; addresses nothing is sent to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema

from regulars.channels import actions, queries
from regulars.channels.listing import Found, find_messages
from regulars.channels.models import Message, State, Suppression
from regulars.core import clock
from regulars.people.queries import resolve
from regulars.web.api.frame import LARGEST, After, Id, Key, Limit, PathId, Problem, Text, by, responses

router = Router(tags=["Messages"])
suppressions = Router(tags=["Suppressions"])
Number = Annotated[int | None, Query(ge=1, le=LARGEST)]
StateName = Literal[
    "planned", "claimed", "handing_off", "handed_off", "delivered", "bounced", "failed", "skipped", "unknown"
]
KeyHeader = Annotated[
    str,
    Header(alias="Idempotency-Key", max_length=200, pattern=r"^[ -~]+$", description="the number of the order, say"),
]


class NewMessage(Schema):
    """To a person or to an address (who becomes a person if nobody has it). `kind` names what it is: "receipt"."""

    kind: Annotated[str, Query(min_length=1, max_length=60, pattern=r"^[a-z0-9_.-]+$")]
    template: Id
    person: Id | None = None
    address: Text = ""
    context: dict[str, Any] | None = None
    language: Annotated[str, Query(max_length=12, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    sender: Id | None = None


class MessageOut(Schema):
    """A message. state: planned, claimed, handing_off, handed_off, delivered, bounced, failed, skipped or unknown.

    `decision` is what counted at hand-off, `forecast` what the rules said when it was planned.
    """

    id: int
    key: str
    campaign_id: int
    node_id: int
    channel: str
    state: StateName
    due_us: int
    planned_us: int
    handed_us: int | None
    ended_us: int | None
    attempts: int
    reply: str
    decision: dict[str, Any] | None
    forecast: dict[str, Any] | None


class FeedbackOut(Schema):
    """What came back: delivered, bounced, complained, opened, clicked, ... verdict: human, scanner or proxy."""

    kind: str
    at: int
    verdict: str
    link: int | None
    detail: str


class MessageWhy(MessageOut):
    """With the reason in sentences, and what came back."""

    campaign: str
    person: int | None
    why: list[str]
    foretold: list[str]
    feedback: list[FeedbackOut]


class MessagesPage(Schema):
    items: list[MessageOut]
    after: str | None


@router.post("", response=responses(MessageOut, ok=201), auth=Key("messages.send"), summary="Send one message")
def send_message(request: HttpRequest, new: NewMessage, idempotency_key: KeyHeader):
    """One that somebody waits for. The same kind and Idempotency-Key again sends nothing and answers the same."""
    person = None if new.person is None else resolve(new.person)
    number = actions.send_transactional(
        kind=new.kind,
        template_id=new.template,
        key=idempotency_key,
        person_id=person,
        address=new.address,
        context=new.context,
        language=new.language,
        sender_id=new.sender,
        at=clock.now_us(),
    )
    return 201, _out(Message.objects.get(id=number))


@router.get("", response=responses(MessagesPage), auth=Key("messages.view"), summary="Messages")
def list_messages(
    request: HttpRequest,
    person: Number = None,
    campaign: Number = None,
    state: Annotated[StateName | None, Query()] = None,
    after: After = "",
    limit: Limit = 100,
):
    """Newest first: of a person over all their records, of a campaign, or all; in one state, or in any.

    A short or empty page with an `after` means that older ones remain to be looked at.
    """
    states = () if state is None else (State[state.upper()],)
    who = None if person is None else resolve(person)
    page = _page(lambda: find_messages(person_id=who, campaign_id=campaign, states=states, after=after, limit=limit))
    return {"items": [_out(row) for row in page.rows], "after": page.after}


@router.get("/{message_id}", response=responses(MessageWhy), auth=Key("messages.view"), summary="A message, and why")
def read_message(request: HttpRequest, message_id: PathId):
    """Why it went or did not, in sentences and with the numbers that decided."""
    found = queries.why(message_id)
    more = {"campaign": found.campaign.name, "person": found.person_id, "why": found.told, "foretold": found.foretold}
    return _out(found.message) | more | {"feedback": found.feedback}


def _out(message: Message) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in MessageOut.model_fields if name != "state"}
    return fields | {"state": State(message.state).name.lower()}


def _page(ask: Any) -> queries.Page | Found:
    try:
        return ask()
    except ValueError as why:
        raise Problem(422, "invalid", str(why)) from why


Channel = Literal["email", "sms"]


class SuppressionOut(Schema):
    """scope: all, or marketing (transactional still goes). The address is empty after its person was erased."""

    id: int
    channel: str
    address: str
    reason: str
    scope: str
    at: int
    lifted_us: int | None


class NewSuppression(Schema):
    channel: Channel = "email"
    address: Text
    scope: Literal["all", "marketing"] = "all"
    detail: Annotated[Text, Query(max_length=300)] = ""


class SuppressionsPage(Schema):
    items: list[SuppressionOut]
    after: str | None


@suppressions.get("", response=responses(SuppressionsPage), auth=Key("messages.view"), summary="Suppressed addresses")
def list_suppressions(
    request: HttpRequest, channel: Annotated[Channel | None, Query()] = None, after: After = "", limit: Limit = 100
):
    """In force, newest first."""
    page = _page(lambda: queries.suppressions_page(channel=channel or "", after=after, limit=limit))
    return {"items": page.rows, "after": page.after}


@suppressions.post(
    "", response=responses(SuppressionOut, ok=201), auth=Key("channels.manage"), summary="Suppress an address"
)
def add_suppression(request: HttpRequest, new: NewSuppression):
    """Nothing is sent to it from now on, whoever has it. Doing it again changes nothing. Audited."""
    fields = {"channel": new.channel, "address": new.address, "scope": new.scope, "detail": new.detail}
    return 201, actions.suppress(**fields, reason="manual", by=by(request), at=clock.now_us())


@suppressions.delete(
    "/{suppression_id}", response=responses(SuppressionOut), auth=Key("channels.manage"), summary="Lift a suppression"
)
def lift(request: HttpRequest, suppression_id: PathId):
    """The address may be written to again; it stays on the record. Audited."""
    found = Suppression.objects.get(id=suppression_id)
    actions.lift_suppression(channel=found.channel, suppression_id=found.id, by=by(request), at=clock.now_us())
    return Suppression.objects.get(id=suppression_id)
