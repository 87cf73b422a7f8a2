"""From a request to the log: what is sent once is there once."""

from regulars.events.models import DeadLetter, Event


def track(n, **more):
    return {"type": "track", "event": "Order Completed", "userId": "alice", "messageId": f"m{n}",
            "properties": {"total": 5, "currency": "GBP"}, **more}  # fmt: skip


def test_a_batch_is_answered_and_then_in_the_log(send, ingest):
    assert send(body={"batch": [track(1), track(2)]}) == (200, {"success": True})
    ingest()
    assert list(Event.objects.values_list("name", "message_id").order_by("id")) == [
        ("Order Completed", "m1"),
        ("Order Completed", "m2"),
    ]
    assert len(set(Event.objects.values_list("node_id", flat=True))) == 1


def test_a_resend_changes_nothing(send, ingest):
    for _ in range(2):
        send(body={"batch": [track(1), track(2), track(1)]})
        ingest()
    assert Event.objects.count() == 2


def test_one_bad_event_never_fails_its_batch(send, ingest):
    send(body={"batch": [track(1), {"type": "track"}, 7, track(2)]})
    ingest()
    assert Event.objects.count() == 2
    assert dict(DeadLetter.objects.values_list("position", "code")) == {1: "no_event_name", 2: "not_an_object"}


def test_a_batch_whose_people_somebody_else_is_joining_is_tried_again(source, at, monkeypatch):
    from regulars.events import intake
    from regulars.events.ingest import take_in
    from regulars.people.actions import TryAgain

    put, tries = intake.put, []

    def busy(batch, *, at):
        tries.append(len(batch))
        stored = put(batch, at=at)
        if len(tries) < 3:
            raise TryAgain("somebody else")
        return stored

    monkeypatch.setattr(intake, "put", busy)
    taken = take_in(source_id=source.id, items=[track(1), {"type": "x"}], at=at)
    assert (taken.accepted, taken.refused, len(tries)) == (1, 1, 3)
    assert Event.objects.count() == 1
