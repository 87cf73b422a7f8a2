"""Cut off before a commit, everything is told once; counts are those of counting anew."""

from __future__ import annotations

import pytest

from regulars.core.clock import HOUR, MINUTE
from regulars.inbox.models import Case
from regulars.social.actions import alerts
from regulars.social.actions.mentions import items_changed
from regulars.social.models import Alert, ListenDue, Loudness, Mention
from regulars.social.tests.hearing import Item, account, fields, listen, topic
from regulars.team.models import User

pytestmark = pytest.mark.django_db


def test_an_alert_whose_telling_was_cut_off_is_told_once(business, at, monkeypatch):
    User.objects.create_user("olive@example.com", "x", name="Olive", role="owner")
    where = account()
    topic("Northgate", "northgate", at)
    rows = [Item(**fields(where, f"p{n % 20}", "northgate is nice", at - n * HOUR)) for n in range(2, 400)]
    rows += [Item(**fields(where, f"x{n}", f"northgate broke {n}", at - n * MINUTE)) for n in range(20)]
    items_changed(item_ids=[item.id for item in Item.objects.bulk_create(rows)])
    listen(at)
    monkeypatch.setattr(alerts, "failpoint", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        alerts.watch(at=at)
    assert not Alert.objects.exists() and not Case.objects.exists()
    monkeypatch.undo()
    alerts.watch(at=at)
    alerts.watch(at=at)
    assert Alert.objects.count() == 1 == Case.objects.count()


def test_counts_are_those_of_counting_everything_anew(business, at):
    where = account()
    number = topic("Northgate", "northgate", at)
    rows = [Item(**fields(where, f"p{n % 7}", f"northgate {n % 3}", at - n * 11 * MINUTE)) for n in range(200)]
    items_changed(item_ids=[item.id for item in Item.objects.bulk_create(rows)])
    listen(at)
    kept = sorted(Loudness.objects.values_list("minutes", "slot", "people", "mentions"))
    plain = []
    for minutes in (15, 60):
        slots: dict[int, list[int]] = {}
        for moment, voice in Mention.objects.filter(topic_id=number, fold="").values_list("at", "voice"):
            slots.setdefault(moment // (minutes * MINUTE), []).append(voice)
        plain += [(minutes, slot, len(set(voices)), len(voices)) for slot, voices in slots.items()]
    assert kept == sorted(plain) and not ListenDue.objects.exists()
