"""What is published about a domain is read as mailbox providers read it, and every fault says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.mail import dkim
from regulars.channels.mail.published import Setup, Silent, look

pytestmark = pytest.mark.anydb
KEY = dkim.record(dkim.new_key())
GOOD = {
    ("r1._domainkey.northgate.example", "TXT"): [KEY],
    ("northgate.example", "TXT"): ["v=spf1 ip4:203.0.113.5 ~all", "something else"],
    ("bounces.northgate.example", "TXT"): ["v=spf1 mx ~all"],
    ("_dmarc.northgate.example", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:x@northgate.example"],
    ("northgate.example", "MX"): ["10 mx.northgate.example"],
    ("bounces.northgate.example", "MX"): ["10 mx.northgate.example"],
    ("mx.northgate.example", "A"): ["8.8.8.8"],
    ("8.8.8.8.in-addr.arpa", "PTR"): ["mx.northgate.example"],
}
SETUP = Setup("hello@northgate.example", "bounces.northgate.example", "r1", KEY, "mx.northgate.example")


def found(changes: dict | None = None, setup: Setup = SETUP) -> dict:
    known = {**GOOD, **(changes or {})}
    return {one.topic: one for one in look(setup, lambda name, kind: known.get((name, kind), []))}


def test_a_domain_set_up_well_has_nothing_to_mend():
    assert {one.state for one in found().values()} == {"good"} and len(found()) == 6


FAULTS = [
    ("DKIM", {("r1._domainkey.northgate.example", "TXT"): []}, "bad", "not published"),
    ("DKIM", {("r1._domainkey.northgate.example", "TXT"): ["v=DKIM1; p=AAAA"]}, "bad", "Another key"),
    ("SPF", {("bounces.northgate.example", "TXT"): []}, "bad", "does not say"),
    ("SPF", {("bounces.northgate.example", "TXT"): ["v=spf1 mx ~all", "v=spf1 a -all"]}, "bad", "2 SPF records"),
    ("SPF", {("bounces.northgate.example", "TXT"): ["v=spf1 +all"]}, "bad", "everybody"),
    ("SPF", {("bounces.northgate.example", "TXT"): ["v=spf1 mx"]}, "warn", "nothing about all others"),
    ("SPF", {("bounces.northgate.example", "TXT"): ["v=spf1 " + "a:x.example " * 11 + "~all"]}, "bad", "questions"),
    ("DMARC", {("_dmarc.northgate.example", "TXT"): []}, "bad", "no DMARC record"),
    ("DMARC", {("_dmarc.northgate.example", "TXT"): ["v=DMARC1; p=none"]}, "warn", "do nothing"),
    ("DMARC", {("_dmarc.northgate.example", "TXT"): ["v=DMARC1; sp=none"]}, "bad", "cannot be read"),
    ("Bounces", {("bounces.northgate.example", "MX"): []}, "bad", "are lost"),
    ("Replies", {("northgate.example", "MX"): []}, "bad", "are lost"),
    ("Name of the server", {("8.8.8.8.in-addr.arpa", "PTR"): []}, "warn", "leads back"),
]


@pytest.mark.parametrize("topic, changes, state, words", FAULTS)
def test_every_fault_is_said_with_what_to_do(topic, changes, state, words):
    one = found(changes)[topic]
    assert (one.state, words in one.sentence, bool(one.to_do)) == (state, True, True)


def test_includes_are_counted_with_what_they_include_and_a_circle_ends():
    circle = {
        ("bounces.northgate.example", "TXT"): ["v=spf1 include:a.example ~all"],
        ("a.example", "TXT"): ["v=spf1 include:b.example " + "mx " * 9],
        ("b.example", "TXT"): ["v=spf1 include:a.example"],
    }
    assert "questions" in found(circle)["SPF"].sentence


def test_unsigned_mail_with_a_foreign_return_path_passes_no_dmarc():
    setup = Setup("hello@northgate.example", "bounces.else.example", "", "", "")
    assert found({("bounces.else.example", "TXT"): ["v=spf1 mx ~all"]}, setup)["DMARC"].state == "bad"


def test_a_subdomain_is_protected_by_the_record_above_it():
    assert found(setup=Setup("a@mail.northgate.example", "", "r1", KEY))["DMARC"].state == "good"


def test_the_record_to_publish_names_the_machine_that_sends():
    one = found({("bounces.northgate.example", "TXT"): []})["SPF"]
    assert one.record == ("bounces.northgate.example", "TXT", "v=spf1 ip4:8.8.8.8 ~all")


def test_a_silent_dns_is_unknown_and_no_fault():
    def silent(name, kind):
        raise Silent("The DNS did not answer.")

    assert {one.state for one in look(SETUP, silent)} == {"unknown"}


@given(st.lists(st.text(max_size=60)), st.text(max_size=40))
def test_whatever_is_published_looking_never_fails(texts, address):
    def ask(name, kind):
        return ["v=spf1 " + text for text in texts] + texts if kind == "TXT" else []

    for setup in (SETUP, Setup(address, address, "r1", KEY, "mx.northgate.example")):
        assert all(one.sentence and (one.state == "good" or one.to_do) for one in look(setup, ask))
