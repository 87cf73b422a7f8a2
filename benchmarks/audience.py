"""An audience for the benchmarks of planning and delivery: people with addresses, consents, time zones, histories."""

from __future__ import annotations

from django.db import connection

from regulars.channels.actions import ensure_campaign
from regulars.channels.models import Cap, Holdout, QuietHours
from regulars.core.clock import DAY, now_us
from regulars.core.models import Business

ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Asia/Tokyo")


def fill(people: int) -> list[int]:
    """So many people: every tenth without consent, half with a time zone, a fifth written to this week.

    Returns their ids. Rules: two caps, a holdout for the business, no quiet hours, so that the hour does not matter.
    """
    at = now_us()
    Business.objects.create(id=1, name="Bench", timezone="Europe/London", currency="GBP")
    Cap.objects.create(most=3, window_us=7 * DAY, changed_us=at, changed_by="bench")
    Cap.objects.create(most=10, window_us=30 * DAY, changed_us=at, changed_by="bench")
    QuietHours.objects.create(channel="email", start=0, end=0, changed_us=at, changed_by="bench")
    Holdout.objects.create(share=0.02, salt="bench", since_us=at, by="bench")
    with connection.cursor() as cursor:
        for sql in _SQL:
            cursor.execute(sql, {"n": people, "at": at, "day": DAY, "zones": [f'"{zone}"' for zone in ZONES]})
        cursor.execute("ANALYZE")
        cursor.execute("SELECT id FROM people_node ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def campaign(version_id: int = 1):
    """A marketing campaign with a holdout of its own."""
    at = now_us()
    return ensure_campaign(origin="broadcast:1", name="Autumn", version_id=version_id, holdout=0.05, at=at)


_SQL = (
    "INSERT INTO people_node (namespace, kind, key, source_id, first_us, last_us, created_us)"
    " SELECT 'shop', 'user', 'c' || i, 1, %(at)s, %(at)s, %(at)s FROM generate_series(1, %(n)s) AS i",
    "UPDATE people_node SET person_id = id",
    "INSERT INTO people_identifier (node_id, type, value, raw, refused, first_us, last_us)"
    " SELECT id, 'email', 'ann' || id || '@example.com', '', '', %(at)s, %(at)s FROM people_node",
    "INSERT INTO people_person (id, name, name_key, email, phone, city, nodes, first_us, last_us, created_us)"
    " SELECT id, 'Ann Example ' || id, 'ann', 'ann' || id || '@example.com', '', 'Leeds', 1, %(at)s, %(at)s, %(at)s"
    " FROM people_node",
    "INSERT INTO people_consentstate (node_id, purpose, channel, state, at) SELECT id, 'marketing', 'email',"
    " CASE WHEN id %% 10 = 0 THEN 'withdrawn' ELSE 'granted' END, %(at)s FROM people_node",
    "INSERT INTO people_trait (node_id, name, value, at, source_id) SELECT id, 'timezone',"
    " (%(zones)s::text[])[1 + id %% 4], %(at)s, 1 FROM people_node WHERE id %% 2 = 0",
    "INSERT INTO channels_contact (node_id, message_id, channel, at)"
    " SELECT id, -id, 'email', %(at)s - (id %% 6) * %(day)s FROM people_node WHERE id %% 5 = 0",
    "INSERT INTO channels_suppression (channel, digest, address, reason, scope, detail, at, by, lifted_by)"
    " SELECT 'email', md5(i::text), '', 'hard_bounce', 'all', '', %(at)s, 'bench', ''"
    " FROM generate_series(1, 20000) AS i",
)
