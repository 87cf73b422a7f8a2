"""What the decision engine needs to know about many people at once: one question per table, none per person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from regulars.channels.decisions import TRANSACTIONAL, Contact, Limit, Rival, Rules, Subject, Suppressed
from regulars.channels.drawing import drawing, nobody
from regulars.channels.models import Campaign, Cap, Holdout, QuietHours
from regulars.channels.near import Near
from regulars.channels.quiet import Quiet
from regulars.channels.zones import zone_of
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.core.prepared import Statement
from regulars.people.explaining import RESTRICTIVE

IDENTIFIER = {"email": "email", "sms": "phone"}
TRAITS = ("timezone", "country", "language", "frequency")
MONTH = 30 * DAY
NOTHING: dict[str, str] = {}
DEAD = ("hard_bounce", "soft_bounces")  # another address of the person may still live


def rules_of(campaign: Campaign) -> Rules:
    """The rules for a campaign as they are now: quiet hours, caps, holdouts."""
    if campaign.purpose == TRANSACTIONAL:
        return Rules(campaign.channel, TRANSACTIONAL, priority=campaign.priority)
    hours = QuietHours.objects.filter(channel=campaign.channel).first()
    held = Holdout.objects.filter(until_us=None).order_by("-id").first()
    return Rules(
        channel=campaign.channel,
        purpose=campaign.purpose,
        topic=campaign.topic,
        priority=campaign.priority,
        quiet=Quiet(hours.start, hours.end, tuple(sorted(hours.weekdays_off))) if hours else None,
        caps=tuple(Limit(cap.most, cap.window_us, cap.channel) for cap in Cap.objects.order_by("window_us", "id")),
        business_holdout=held.share if held else 0.0,
        holdout=campaign.holdout,
    )


def subjects(
    campaign: Campaign,
    person_ids: Iterable[int],
    at: int,
    *,
    rules: Rules | None = None,
    addresses: Mapping[int, str] | None = None,
) -> dict[int, Subject]:
    """What is known of each of these people, for up to some 20,000. Numbers that were merged count for who it is now.

    `addresses`: {given number: address} where a message brings its own. Unknown numbers (erased) are `gone`; a
    negative number is nobody yet: somebody who did not confirm, known by the address alone.
    """
    given = list(dict.fromkeys(person_ids))
    known = look_up(campaign, given, at, rules=rules or rules_of(campaign), addresses=addresses)
    return {number: known.of(number) for number in given}


def look_up(
    campaign: Campaign,
    given: Sequence[int],
    at: int,
    *,
    rules: Rules,
    addresses: Mapping[int, str] | None = None,
) -> Known:
    """`subjects`, one at a time: all questions are asked now, each person is put together when asked for."""
    now, nodes = _people(given)
    return Known(campaign, rules, now, nodes, addresses or {}, at)


def _people(given: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """({given number: its person}, {node: person} of all nodes of these persons): by number, then by person."""
    wanted = set(given)
    rows = Near(given).rows("SELECT id, person_id FROM people_node WHERE id {which} AND person_id IS NOT NULL")
    now = {number: person for number, person in rows if number in wanted}
    persons = set(now.values())
    rows = Near(persons).rows("SELECT id, person_id FROM people_node WHERE person_id {which}")
    return now, {node: person for node, person in rows if person in persons} | now


class Known:
    """The answers of the database, by person; `nodes`: {node: person}."""

    def __init__(
        self,
        campaign: Campaign,
        rules: Rules,
        now: dict[int, int],
        nodes: dict[int, int],
        addresses: Mapping[int, str],
        at: int,
    ) -> None:
        self.rules, self.campaign = rules, campaign
        self.now, self.nodes, self.own = now, nodes, addresses
        self.near = Near(nodes, among=set(nodes.values()))
        consents = [] if rules.purpose == TRANSACTIONAL else self.near.rows(*consents_of(rules))
        self.consents = strictest(consents, nodes)
        self.addresses = self._addresses()
        self.traits = self._traits()
        self.own_caps = {} if rules.purpose == TRANSACTIONAL else self._own_caps()
        question = contacts_of(rules, self.own_caps.values(), at)
        self.contacts = newest_first(self.near.rows(*question) if question else [], nodes)
        self.rivals = rivals(rules, nodes) if question else {}
        self.business_draw = drawing(_active_salt()) if rules.business_holdout > 0 else nobody
        self.draw = drawing(f"campaign:{campaign.origin}") if rules.holdout > 0 else nobody
        business = Business.load()
        self.home = (business.timezone, business.country)
        self.at_home = zone_of("", "", *self.home)
        mine = (address for found in self.addresses.values() for address in found)
        digests = digests_of(rules.channel, [*addresses.values(), *mine])
        self.suppressed = stopped(digests, bulk.query(*suppressions_of(rules.channel, digests)))

    def of(self, number: int) -> Subject:
        """A person; nobody (a negative number) who has only the address that the message brings; or somebody gone."""
        person, own = self.now.get(number), self.own.get(number)
        if person is None and not (number < 0 and own):
            return Subject(number, gone=True)
        return self.subject(number if person is None else person, [own] if own else None)

    def subject(self, person: int, addresses: Sequence[str] | None) -> Subject:
        addresses = addresses or self.addresses.get(person)
        address = self._alive(addresses) if addresses else ""
        said, consents = self.traits.get(person, NOTHING), self.consents.get(person, NOTHING)
        rules = self.rules
        return Subject(
            person,
            address,
            consents.get(rules.purpose, "unknown"),
            consents.get(rules.topic, "unknown"),
            self.suppressed.get(address),
            zone_of(said.get("timezone", ""), said.get("country", ""), *self.home) if said else self.at_home,
            self.contacts.get(person, ()),
            self.rivals.get(person, ()),
            self.own_caps.get(person),
            self.business_draw(person),
            self.draw(person),
            said.get("language", ""),
            consents.get("tracking", "unknown"),
        )

    def _alive(self, addresses: Sequence[str]) -> str:
        """The newest that is not dead; the newest if all are."""
        for address in addresses:
            found = self.suppressed.get(address)
            if found is None or found.reason not in DEAD:
                return address
        return addresses[0]

    def _addresses(self) -> dict[int, list[str]]:
        """Newest first; none that is refused or in quarantine."""
        rows = self.near.rows(
            "SELECT i.node_id, i.last_us, i.id, i.value FROM people_identifier i"
            " WHERE i.node_id {which} AND i.type = %s AND i.refused = '' AND NOT EXISTS (SELECT 1"
            " FROM people_quarantine q WHERE q.type = i.type AND q.value = i.value AND q.released_us IS NULL)",
            [IDENTIFIER[self.rules.channel]],
        )
        found: dict[int, list[tuple[int, int, str]]] = {}
        for node, *said in rows:
            if (person := self.nodes.get(node)) is not None:
                found.setdefault(person, []).append(tuple(said))
        return {person: [value for *_, value in sorted(said, reverse=True)] for person, said in found.items()}

    def _traits(self) -> dict[int, dict[str, str]]:
        """The latest over the nodes, as text."""
        rows = self.near.rows(
            "SELECT at, -node_id, name, value FROM people_trait WHERE node_id {which} AND name IN (%s, %s, %s, %s)",
            TRAITS,
        )
        found: dict[int, dict[str, str]] = {}
        for _, node, name, value in sorted(rows):
            if (person := self.nodes.get(-node)) is not None:
                found.setdefault(person, {})[name] = _text(value)
        return found

    def _own_caps(self) -> dict[int, Limit]:
        wishes = ((person, said["frequency"]) for person, said in self.traits.items() if "frequency" in said)
        return {person: Limit(int(n), MONTH, own=True) for person, n in wishes if n.isascii() and n.isdigit()}


# Questions that are asked twice: of everybody when a round begins, and again of those of a batch, under the lock.
# `{which}` stands for a condition on nodes.


def consents_of(rules: Rules) -> Statement:
    """What was said to the purpose and topic, and to being tracked."""
    return (
        "SELECT node_id, purpose, state FROM people_consentstate WHERE node_id {which}"
        " AND ((channel = %s AND purpose IN (%s, %s)) OR purpose = 'tracking')",
        [rules.channel, rules.purpose, rules.topic],
    )


def strictest(rows: Iterable[tuple[int, str, str]], nodes: Mapping[int, int]) -> dict[int, dict[str, str]]:
    """By person: the most restrictive over the nodes, by purpose."""
    found: dict[int, dict[str, str]] = {}
    for node, purpose, state in rows:
        if (person := nodes.get(node)) is None:
            continue
        states = found.setdefault(person, {})
        if RESTRICTIVE[state] >= RESTRICTIVE[states.get(purpose, "granted")]:
            states[purpose] = state
    return found


def contacts_of(rules: Rules, own_caps: Iterable[Limit], at: int) -> Statement | None:
    """The contacts that may count against a cap; None where there is no cap."""
    limits = [*rules.caps, *own_caps]
    if not limits or rules.purpose == TRANSACTIONAL:
        return None
    since = at - max(limit.window_us for limit in limits)
    return "SELECT node_id, at, channel FROM channels_contact WHERE node_id {which} AND at > %s", [since]


def newest_first(rows: Iterable[tuple[int, int, str]], nodes: Mapping[int, int]) -> dict[int, list[Contact]]:
    """The contacts by person."""
    found: dict[int, list[Contact]] = {}
    for node, when, channel in rows:
        if (person := nodes.get(node)) is not None:
            found.setdefault(person, []).append(Contact(when, channel))
    return {person: sorted(contacts, reverse=True) for person, contacts in found.items()}


def digests_of(channel: str, addresses: Iterable[str]) -> dict[str, str]:
    """{digest: address}, as suppressions know them."""
    return {_digest(channel, address): address for address in addresses if address}


def suppressions_of(channel: str, digests: Iterable[str]) -> Statement:
    """Which of them nothing is sent to."""
    sql, params = bulk.table({"digest": "text"}, [[one] for one in digests])
    return (
        f"SELECT s.digest, s.reason, s.scope, s.at FROM {sql} JOIN channels_suppression s ON s.digest = v.digest"
        " WHERE s.channel = %s AND s.lifted_us IS NULL",
        [*params, channel],
    )


def stopped(digests: Mapping[str, str], rows: Iterable[tuple]) -> dict[str, Suppressed]:
    """By address."""
    return {digests[found]: Suppressed(*why) for found, *why in rows}


def rivals(rules: Rules, nodes: Mapping[int, int]) -> dict[int, list[Rival]]:
    """By person: planned messages of higher priority, unless their forecast says that they will not be sent."""
    better = Campaign.objects.filter(priority__gt=rules.priority, stopped_us=None, paused_us=None)
    better = better.exclude(purpose=TRANSACTIONAL)
    if rules.purpose == TRANSACTIONAL or not better.exists():
        return {}
    some, numbers = bulk.ids(nodes)
    rows = bulk.query(
        "SELECT m.node_id, m.due_us, m.priority, m.id, m.campaign_id, m.channel, m.forecast"
        " FROM channels_message m JOIN channels_campaign c"
        " ON c.id = m.campaign_id AND c.stopped_us IS NULL AND c.paused_us IS NULL"
        f" WHERE m.node_id IN {some} AND m.state IN (0, 1) AND m.priority > %s AND c.purpose <> %s",
        [*numbers, rules.priority, TRANSACTIONAL],
    )
    found: dict[int, list[Rival]] = {}
    for node, due, priority, id_, campaign, channel, forecast in rows:
        if json.loads(forecast or "{}").get("verdict") != "skip":
            found.setdefault(nodes[node], []).append(Rival(due, priority, id_, campaign, channel))
    return found


def _text(value: str) -> str:
    found = json.loads(value)
    return found.strip() if isinstance(found, str) else str(found)


_digest = lru_cache(maxsize=5000)(digest)  # asked twice within a second: before the lock and under it


def _active_salt() -> str:
    return "business:" + Holdout.objects.filter(until_us=None).order_by("-id").values_list("salt", flat=True)[0]
