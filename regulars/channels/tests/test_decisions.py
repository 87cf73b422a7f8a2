"""The decision engine against a plain model of it, and quiet hours against a clock that is read minute by minute."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.channels.decisions import (
    PAUSE,
    Contact,
    Engine,
    Limit,
    Rival,
    Rules,
    Subject,
    Suppressed,
    decide,
)
from regulars.channels.quiet import FARTHEST, Quiet, is_quiet, quiet_until
from regulars.channels.zones import zone_of
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND, from_us, to_us

ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC",
         "America/St_Johns", "Africa/Casablanca"]  # fmt: skip
CHANGES = [1_774_746_000, 1_792_890_000, 1_772_953_200, 1_793_512_800, 1_775_314_800, 1_790_953_200]
NOW = 1_790_000_000 * SECOND

moments = st.builds(
    lambda base, off: base * SECOND + off,
    st.sampled_from(CHANGES),
    st.integers(-3 * DAY // SECOND, 3 * DAY // SECOND),
) | st.builds(lambda base, off: (base + off) * SECOND, st.sampled_from(CHANGES), st.integers(-4 * 3600, 4 * 3600))
quiets = st.builds(
    Quiet,
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple(sorted(days))),
)


def model_of_quiet_until(quiet, zone, at):
    """Reads the clock every minute."""
    tz = ZoneInfo(zone)
    first = from_us(at).astimezone(tz)
    last = first.date() + timedelta(days=FARTHEST)
    moment = at
    while (local := from_us(moment).astimezone(tz)).date() <= last:
        minute = local.hour * 60 + local.minute
        inside = quiet.start <= minute < quiet.end
        if quiet.start > quiet.end:
            inside = not quiet.end <= minute < quiet.start
        if not inside and local.weekday() not in quiet.weekdays_off:
            return moment
        moment += MINUTE - moment % MINUTE
    return at + DAY


@settings(max_examples=150, deadline=None)
@given(quiets, st.sampled_from(ZONES), moments)
@example(Quiet(23 * 60, 2 * 60 + 30), "America/New_York", 1_772_953_200 * SECOND - HOUR)  # ends in the missing hour
@example(Quiet(90, 480), "Europe/London", 1_792_890_000 * SECOND - HOUR)  # begins in the doubled hour
def test_quiet_hours_end_when_the_persons_clock_says_so_also_on_days_it_is_changed(quiet, zone, at):
    assert quiet_until(quiet, zone, at) == model_of_quiet_until(quiet, zone, at)


@settings(max_examples=200, deadline=None)
@given(quiets, st.sampled_from(ZONES), moments)
def test_nothing_is_ever_sent_at_a_quiet_time(quiet, zone, at):
    subject = Subject(1, "a@b.example", "granted", zone=zone)
    rules = Rules("email", quiet=quiet)
    if decide(subject, rules, at).verdict == "send":
        assert not is_quiet(quiet, from_us(at).astimezone(ZoneInfo(zone)))


def test_a_night_over_midnight_and_a_sunday_off():
    london = ZoneInfo("Europe/London")
    saturday_night = to_us(
        from_us(NOW).astimezone(london).replace(day=26, hour=22, minute=0, second=0, microsecond=0)
    )
    until = from_us(quiet_until(Quiet(21 * 60, 8 * 60, (6,)), "Europe/London", saturday_night)).astimezone(london)
    assert (until.weekday(), until.hour, until.minute) == (0, 8, 0)


channels = st.sampled_from(["email", "sms"])
ago = st.integers(0, 40 * DAY // HOUR).map(lambda hours: NOW - hours * HOUR)
caps = st.builds(
    Limit, st.integers(0, 4), st.integers(1, 30).map(lambda n: n * DAY), st.sampled_from(["", "email", "sms"])
)
contacts = st.lists(st.builds(Contact, ago, channels), max_size=8).map(
    lambda found: tuple(sorted(found, key=lambda c: -c.at))
)
rivals = st.lists(
    st.builds(Rival, st.integers(-48, 900).map(lambda h: NOW + h * HOUR), st.integers(0, 100), st.integers(1, 9),
              st.just(3), channels),
    max_size=4,
).map(tuple)  # fmt: skip
states = st.sampled_from(["granted", "pending", "withdrawn", "unknown"])
subjects = st.builds(
    Subject,
    person_id=st.just(1),
    address=st.sampled_from(["a@b.example", ""]),
    consent=st.sampled_from(["granted", "granted", "granted", "pending", "withdrawn", "unknown"]),
    topic_consent=states,
    suppressed=st.none()
    | st.builds(Suppressed, st.just("manual"), st.sampled_from(["all", "marketing"]), st.just(5)),
    zone=st.sampled_from(ZONES),
    contacts=contacts,
    rivals=rivals,
    own_cap=st.none() | st.builds(lambda n: Limit(n, 30 * DAY, own=True), st.integers(0, 4)),
    business_draw=st.floats(0, 1, exclude_max=True),
    draw=st.floats(0, 1, exclude_max=True),
    gone=st.sampled_from([False, False, False, True]),
)
rules = st.builds(
    Rules,
    channel=channels,
    purpose=st.sampled_from(["marketing", "marketing", "transactional"]),
    topic=st.sampled_from(["", "news"]),
    priority=st.integers(0, 100),
    quiet=st.none() | quiets,
    caps=st.lists(caps, max_size=3).map(tuple),
    business_holdout=st.sampled_from([0.0, 0.0, 0.3]),
    holdout=st.sampled_from([0.0, 0.0, 0.3]),
)


def model(subject, rules, at):
    """(verdict, rule), said plainly."""
    if subject.gone:
        return "skip", "gone"
    bulk = rules.purpose != "transactional"
    if bulk and subject.consent != "granted":
        return "skip", "consent"
    if bulk and rules.topic and subject.topic_consent in ("withdrawn", "pending"):
        return "skip", "consent"
    if not subject.address:
        return "skip", "address"
    if subject.suppressed and (bulk or subject.suppressed.scope == "all"):
        return "skip", "suppression"
    if not bulk:
        return "send", "passed"
    if rules.quiet and is_quiet(rules.quiet, from_us(at).astimezone(ZoneInfo(subject.zone))):
        return "wait", "quiet_hours"
    mine = [c for c in rules.caps if c.channel in ("", rules.channel)] + [c for c in [subject.own_cap] if c]
    if any(cap.most <= 0 for cap in mine):
        return "skip", "pressure"
    if any(_used(subject, cap, at) >= cap.most for cap in mine):
        return "wait", "pressure"
    better = [r for r in subject.rivals if r.priority > rules.priority]
    if any(_starves(subject, cap, better, at) for cap in mine):
        return "wait", "priority"
    if subject.business_draw < rules.business_holdout:
        return "skip", "business_holdout"
    return ("skip", "holdout") if subject.draw < rules.holdout else ("send", "passed")


def _used(subject, cap, at):
    return sum(at - cap.window_us < c.at and cap.channel in ("", c.channel) for c in subject.contacts)


def _starves(subject, cap, better, at):
    """Would some better message find its cap full if we went now and the better ones went as they fall due?"""
    times = sorted(max(r.due_us, at) for r in better if cap.channel in ("", r.channel))
    times = [time for time in times if time < at + cap.window_us]
    return any(_used(subject, cap, time) + n + 1 > cap.most for n, time in enumerate(times, 1))


@settings(max_examples=600, deadline=None)
@given(subjects, rules)
def test_the_engine_says_what_the_model_says(subject, rules):
    found = decide(subject, rules, NOW)
    assert (found.verdict, found.rule) == model(subject, rules, NOW)


@settings(max_examples=300, deadline=None)
@given(subjects, rules, st.integers(0, 20).map(lambda n: NOW + n * HOUR))
def test_waiting_moves_on_and_never_beyond_the_expiry(subject, rules, expires):
    found = decide(subject, rules, NOW, expires)
    if found.verdict == "wait":
        assert NOW < found.until_us < expires
    if expires <= NOW:
        assert found.rule == "expired"


@settings(max_examples=300, deadline=None)
@given(subjects, rules)
def test_a_full_cap_is_free_at_the_moment_it_names_and_not_before(subject, rules):
    rules = rules._replace(quiet=None)
    found = decide(subject, rules, NOW)
    if found.rule == "pressure" and found.verdict == "wait":
        assert decide(subject, rules, found.until_us).rule != "pressure"
        assert decide(subject, rules, found.until_us - 1).rule == "pressure"


@settings(max_examples=200, deadline=None)
@given(subjects, rules)
def test_no_cap_is_ever_exceeded_by_a_message_that_goes(subject, rules):
    found = decide(subject, rules, NOW)
    if found.verdict == "send" and rules.purpose == "marketing":
        for cap in found.numbers["caps"]:
            assert cap["used"] < cap["most"]


def test_the_one_that_gave_way_asks_again_soon_after_the_better_one_was_due():
    rival = Rival(NOW + HOUR, 90, 7, 3, "email")
    subject = Subject(1, "a@b.example", "granted", rivals=(rival,))
    found = decide(subject, Rules("email", caps=(Limit(1, DAY),)), NOW)
    assert (found.rule, found.until_us, found.numbers["rival"]) == ("priority", NOW + HOUR + PAUSE, 7)


def test_people_without_a_time_zone_live_where_their_country_or_the_business_is():
    home = ("Europe/Berlin", "DE")
    assert zone_of("America/Chicago", "DE", *home) == "America/Chicago"
    assert zone_of("", "JP", *home) == "Asia/Tokyo"
    assert zone_of("", "japan", *home) == "Asia/Tokyo"
    assert zone_of("", "de", *home) == "Europe/Berlin"
    assert zone_of("Mars/Olympus", "", *home) == "Europe/Berlin"
    assert zone_of("../etc/passwd", "nowhere", *home) == "Europe/Berlin"


@settings(max_examples=200, deadline=None)
@given(st.lists(subjects, min_size=1, max_size=12), rules)
def test_the_engine_for_many_says_the_same_as_for_each(found, rules):
    engine = Engine(rules)
    for subject in [*found, *found]:
        assert engine.decide(subject, NOW, NOW + DAY) == decide(subject, rules, NOW, NOW + DAY)
