"""Signatures that others accept: the examples of RFC 6376, and another program's judgement of ours."""

import re
from email import message_from_bytes

import dkim as dkimpy
import pytest
from hypothesis import given, settings

from regulars.channels.mail import dkim
from regulars.channels.mail.compose import compose
from regulars.channels.providers import From
from regulars.channels.tests.mail.test_compose import AT, KEY, TEXTS, parcel

pytestmark = pytest.mark.anydb
PEM = dkim.new_key()
SHOP = From("Northgate", "hello@northgate.example", "", "bounces.northgate.example", "r1", PEM)


def published(name, timeout=5):
    return dkim.record(PEM).encode() if name == b"r1._domainkey.northgate.example." else None


def signed(**fields) -> bytes:
    return compose(parcel(sender=SHOP, **fields), at=AT, key=KEY).content


def test_the_canonical_forms_are_those_of_rfc_6376_section_3_4_5():
    assert dkim.relaxed(b" Y\t\r\n\tZ  ") == b"Y Z"
    assert dkim.canonical_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"


@pytest.mark.parametrize("body, canonical", [(b"", b""), (b"\r\n", b""), (b" \r\n\r\n", b""), (b"a", b"a\r\n")])
def test_an_empty_body_is_nothing_and_a_last_line_has_an_end(body, canonical):
    assert dkim.canonical_body(body) == canonical


@given(text=TEXTS, html=TEXTS, subject=TEXTS)
@settings(max_examples=60, deadline=None)
def test_another_program_always_accepts_the_signature(text, html, subject):
    content = signed(text=text, html=html, subject=subject, unsubscribe_url="https://shop.example/u/x")
    assert dkimpy.verify(content, dnsfunc=published)


@pytest.mark.parametrize(
    "field", ["From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"]
)
def test_a_changed_header_breaks_the_signature(field):
    content = signed(unsubscribe_url="https://shop.example/u/x", subject="Hello")
    changed = re.sub(rb"(?m)^(%s: )" % field.encode(), rb"\g<1>x", content)
    assert changed != content and not dkimpy.verify(changed, dnsfunc=published)


@pytest.mark.parametrize("field", ["From: Eve <eve@example.com>", "Subject: Pay now", "Reply-To: eve@example.com"])
def test_a_second_header_added_on_the_way_breaks_the_signature(field):
    assert not dkimpy.verify(field.encode() + b"\r\n" + signed(subject="Hello"), dnsfunc=published)
    assert not dkimpy.verify(
        signed(subject="Hello").replace(b"\r\n\r\n", b"\r\n%s\r\n\r\n" % field.encode(), 1), dnsfunc=published
    )


def test_a_changed_body_breaks_the_signature_and_changed_spaces_do_not():
    content = signed(text="Buy one  today\n")
    assert not dkimpy.verify(content.replace(b"today", b"never"), dnsfunc=published)
    assert dkimpy.verify(content.replace(b"one  today", b"one today"), dnsfunc=published)


def test_the_lists_headers_are_among_those_signed():
    message = message_from_bytes(signed(unsubscribe_url="https://shop.example/u/x"))
    names = re.sub(r"\s", "", re.search(r"h=([^;]+);", message["DKIM-Signature"])[1]).split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "from", "subject", "message-id"} <= set(names)
    assert names.count("from") == 2


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_cannot_be_read_is_refused_with_a_sentence(key):
    with pytest.raises(ValueError, match="DKIM key"):
        dkim.record(key)
