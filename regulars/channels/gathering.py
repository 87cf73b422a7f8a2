"""What the decision engine needs to know about many people at once: one question per table, none per person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from django.db import connection

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
    of = look_up(campaign, given, at, rules=rules or rules_of(campaign), addresses=addresses)
    return {number: of(number) for number in given}


def look_up(
    campaign: Campaign,
    given: Sequence[int],
    at: int,
    *,
    rules: Rules,
    addresses: Mapping[int, str] | None = None,
) -> Callable[[int], Subject]:
    """`subjects`, one at a time: all questions are asked now, each person is put together when asked for."""
    now, nodes = _people(given)
    known = _Known(campaign, rules, nodes, at)
    own = addresses or {}
    known.look_up_suppressed(own.values())
    return lambda number: known.anybody(number, now.get(number), own.get(number))


def subjects_again(campaign: Campaign, seen: Mapping[int, Subject], at: int, *, rules: Rules) -> dict[int, Subject]:
    """The same people a moment later: consents, suppressions, contacts and rivals as they are now.

    Addresses, time zones and languages are as they were seen. Within a transaction their nodes are held: whoever
    erases them or records a consent waits for us. Merged meanwhile, they have another `person_id`.
    """
    now, nodes = _people(list(seen), hold=True)
    known = _Known(campaign, rules, nodes, at, seen={s.person_id: s for s in seen.values()})
    known.look_up_suppressed(subject.address for subject in seen.values())
    return {number: known.seen_again(subject, number, now.get(number)) for number, subject in seen.items()}


def _people(given: Sequence[int], *, hold: bool = False) -> tuple[dict[int, int], dict[int, int]]:
    """({given number: its person}, {node: person} of all nodes of these persons)."""
    if not hold:
        return _people_near(given)
    sql, params = bulk.ids(given)
    held = " ORDER BY n.id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    rows = bulk.query(
        "SELECT g.id, n.id, n.person_id FROM people_node g JOIN people_node n ON n.person_id = g.person_id"
        f" WHERE g.id IN {sql}{held}",
        params,
    )
    return {number: person for number, _, person in rows}, {node: person for _, node, person in rows}


def _people_near(given: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Without holding them: two readings, by number and by person."""
    wanted = set(given)
    rows = Near(given).rows("SELECT id, person_id FROM people_node WHERE id {which} AND person_id IS NOT NULL")
    now = {number: person for number, person in rows if number in wanted}
    persons = set(now.values())
    rows = Near(persons).rows("SELECT id, person_id FROM people_node WHERE person_id {which}")
    return now, {node: person for node, person in rows if person in persons} | now


class _Known:
    """The answers of the database, by person."""

    def __init__(
        self,
        campaign: Campaign,
        rules: Rules,
        nodes: dict[int, int],
        at: int,
        *,
        seen: Mapping[int, Subject] | None = None,
    ) -> None:
        self.rules, self.campaign = rules, campaign
        self.nodes, self.near = nodes, Near(nodes, among=set(nodes.values()))
        self.suppressed: dict[str, Suppressed] = {}
        self.consents = self._consents()
        if seen is None:
            self.addresses = self._addresses()
            self.traits = self._traits()
            self.own_caps = {} if rules.purpose == TRANSACTIONAL else self._own_caps()
        else:
            self.addresses, self.traits = {}, {}
            self.own_caps = {person: subject.own_cap for person, subject in seen.items() if subject.own_cap}
        self.contacts = self._contacts(at)
        self.rivals = self._rivals(seen)
        held = rules.business_holdout > 0 and seen is None
        self.business_draw = drawing(_active_salt()) if held else nobody
        self.draw = drawing(f"campaign:{campaign.origin}") if rules.holdout > 0 else nobody
        business = Business.load()
        self.home = (business.timezone, business.country)
        self.at_home = zone_of("", "", *self.home)

    def look_up_suppressed(self, more: Iterable[str]) -> None:
        """Which addresses nothing is sent to; `more` are those that messages bring."""
        mine = (address for found in self.addresses.values() for address in found)
        self.suppressed = _suppressed(self.campaign.channel, [*more, *mine])

    def anybody(self, number: int, person: int | None, own: str | None) -> Subject:
        """A person; nobody (a negative number) who has only the address that the message brings; or somebody gone."""
        if person is None and not (number < 0 and own):
            return Subject(number, gone=True)
        return self.subject(number if person is None else person, [own] if own else None)

    def seen_again(self, subject: Subject, number: int, person: int | None) -> Subject:
        """The subject with what may have changed."""
        if person is None and not (number < 0 and subject.address):
            return subject._replace(gone=True)
        consents = self.consents.get(subject.person_id, NOTHING)
        return subject._replace(
            person_id=subject.person_id if person is None else person,
            consent=consents.get(self.rules.purpose, "unknown"),
            topic_consent=consents.get(self.rules.topic, "unknown"),
            suppressed=self.suppressed.get(subject.address),
            contacts=self.contacts.get(subject.person_id, ()),
            rivals=self.rivals.get(subject.person_id, ()),
        )

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

    def _consents(self) -> dict[int, dict[str, str]]:
        """The most restrictive over the nodes, by purpose."""
        if self.rules.purpose == TRANSACTIONAL:
            return {}
        rows = self.near.rows(
            "SELECT node_id, purpose, state FROM people_consentstate WHERE node_id {which}"
            " AND ((channel = %s AND purpose IN (%s, %s)) OR purpose = 'tracking')",
            [self.rules.channel, self.rules.purpose, self.rules.topic],
        )
        found: dict[int, dict[str, str]] = {}
        for node, purpose, state in rows:
            if (person := self.nodes.get(node)) is None:
                continue
            states = found.setdefault(person, {})
            if RESTRICTIVE[state] >= RESTRICTIVE[states.get(purpose, "granted")]:
                states[purpose] = state
        return found

    def _own_caps(self) -> dict[int, Limit]:
        wishes = ((person, said["frequency"]) for person, said in self.traits.items() if "frequency" in said)
        return {person: Limit(int(n), MONTH, own=True) for person, n in wishes if n.isascii() and n.isdigit()}

    def _contacts(self, at: int) -> dict[int, list[Contact]]:
        limits = [*self.rules.caps, *self.own_caps.values()]
        if not limits or self.rules.purpose == TRANSACTIONAL:
            return {}
        since = at - max(limit.window_us for limit in limits)
        rows = self.near.rows(
            "SELECT node_id, at, channel FROM channels_contact WHERE node_id {which} AND at > %s", [since]
        )
        found: dict[int, list[Contact]] = {}
        for node, when, channel in rows:
            if (person := self.nodes.get(node)) is not None:
                found.setdefault(person, []).append(Contact(when, channel))
        return {person: sorted(contacts, reverse=True) for person, contacts in found.items()}

    def _rivals(self, seen: Mapping[int, Subject] | None) -> dict[int, list[Rival]]:
        """Planned messages of higher priority, unless their forecast says that they will not be sent.

        Where nobody had any a second ago, none is looked for under the lock.
        """
        if seen is not None and not any(subject.rivals for subject in seen.values()):
            return {}
        better = Campaign.objects.filter(priority__gt=self.rules.priority, stopped_us=None, paused_us=None)
        better = better.exclude(purpose=TRANSACTIONAL)
        if self.rules.purpose == TRANSACTIONAL or not (self.rules.caps or self.own_caps) or not better.exists():
            return {}
        some, numbers = bulk.ids(self.nodes)
        rows = bulk.query(
            "SELECT m.node_id, m.due_us, m.priority, m.id, m.campaign_id, m.channel, m.forecast"
            " FROM channels_message m JOIN channels_campaign c"
            " ON c.id = m.campaign_id AND c.stopped_us IS NULL AND c.paused_us IS NULL"
            f" WHERE m.node_id IN {some} AND m.state IN (0, 1) AND m.priority > %s AND c.purpose <> %s",
            [*numbers, self.rules.priority, TRANSACTIONAL],
        )
        found: dict[int, list[Rival]] = {}
        for node, due, priority, id_, campaign, channel, forecast in rows:
            if json.loads(forecast or "{}").get("verdict") != "skip":
                found.setdefault(self.nodes[node], []).append(Rival(due, priority, id_, campaign, channel))
        return found


def _text(value: str) -> str:
    found = json.loads(value)
    return found.strip() if isinstance(found, str) else str(found)


def _suppressed(channel: str, addresses: Iterable[str]) -> dict[str, Suppressed]:
    """Which of the addresses nothing is sent to."""
    digests = {_digest(channel, address): address for address in addresses if address}
    sql, params = bulk.table({"digest": "text"}, [[one] for one in digests])
    rows = bulk.query(
        f"SELECT s.digest, s.reason, s.scope, s.at FROM {sql} JOIN channels_suppression s ON s.digest = v.digest"
        " WHERE s.channel = %s AND s.lifted_us IS NULL",
        [*params, channel],
    )
    return {digests[found]: Suppressed(*why) for found, *why in rows}


_digest = lru_cache(maxsize=5000)(digest)  # asked twice within a second: before the lock and under it


def _active_salt() -> str:
    return "business:" + Holdout.objects.filter(until_us=None).order_by("-id").values_list("salt", flat=True)[0]
