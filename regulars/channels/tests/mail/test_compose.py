"""What is composed reads back as what was meant, whatever the texts hold, and nothing in them starts a header."""

import base64
import quopri
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.channels.mail.addresses import BadAddress, address_of
from regulars.channels.mail.bodies import encode_pieces
from regulars.channels.mail.compose import compose
from regulars.channels.mail.verp import message_of
from regulars.channels.providers import From, Parcel

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
KEY = b"a key of the house"
SHOP = From("Northgate Sports", "hello@northgate.example", "help@northgate.example", "bounces.northgate.example")

TRAPS = [
    "\r\nBcc: eve@example.com",
    ".",
    "..",
    "From here",
    "--=_of",
    "--=_of--",
    "=?utf-8?q?x?=",
    " ",
    "\t",
    "a" * 2000,
]
PIECES = st.one_of(
    st.sampled_from(["\r\n", "\n", "\r", " ", "=", "مرحبا بك", "שלום", "👩‍👩‍👧", "é", "漢字", *TRAPS]),
    st.text(max_size=40),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def parcel(**fields) -> Parcel:
    return Parcel(
        **{"message_id": 7, "key": "k", "to": "anna@example.com", "sender": SHOP, "text": "Hello", **fields}
    )


def read(parcel: Parcel):
    return message_from_bytes(compose(parcel, at=AT, key=KEY).content, policy=policy.default)


def arrives(text: str) -> str:
    """What a reader sees of a text: line ends as one kind, one at the end; half a surrogate pair cannot travel."""
    one = re.sub("\r\n|\r", "\n", text.encode("utf-8", "replace").decode())
    return one if one.endswith("\n") else one + "\n"


def body(message, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


@given(text=TEXTS.filter(bool), html=TEXTS.filter(bool))
@example(text=".", html="\r\n.\r\n")
@example(text="x \n", html="\t\n \n")
def test_bodies_always_read_back_as_they_were_written(text, html):
    message = read(parcel(text=text, html=html))
    assert not message.defects and message.get_content_type() == "multipart/alternative"
    assert body(message, "plain") == arrives(text)
    assert body(message, "html") == arrives(html)


LONG = TEXTS | st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 60))


@given(pieces=st.lists(LONG, min_size=1, max_size=8))
@example(pieces=["a" * LINE for LINE in (74, 75, 76, 77, 159, 160, 161)])
@example(pieces=["é" * 30 + "." * 400, "\n.\n", " " * 200, "\n"])
@example(pieces=["<p>" * 60 + "\r", "\n</p>"])
@example(pieces=["a" * 74 + " \n", "a" * 74 + "\t\n" + "a" * 73 + " \n"])
def test_a_text_in_pieces_always_reads_back_as_it_was_written_in_short_lines(pieces):
    how, coded = encode_pieces(pieces)
    back = quopri.decodestring(coded) if how == b"quoted-printable" else base64.b64decode(coded)
    assert back.decode().replace("\r\n", "\n") == arrives("".join(pieces))
    assert coded.endswith(b"\r\n") and max(map(len, coded.split(b"\r\n"))) <= 76
    assert re.search(rb"[ \t]\r\n|[^\r]\n|\r[^\n]|=_", coded) is None


def test_a_page_in_pieces_is_the_page():
    pieces = ("<p>" + "long " * 80, "Anna", "</p>\n" * 40, " ")
    page = "".join(pieces)
    assert body(read(parcel(html=page, pieces=pieces)), "html") == arrives(page)


@given(text=TEXTS)
def test_a_message_of_text_alone_always_reads_back(text):
    message = read(parcel(text=text))
    assert message.get_content_type() == "text/plain" and body(message, "plain") == arrives(text)


@given(text=TEXTS, html=TEXTS, subject=TEXTS, name=TEXTS)
@settings(max_examples=200)
def test_every_line_always_travels_safely(text, html, subject, name):
    content = compose(
        parcel(text=text, html=html, subject=subject, sender=From(name, "a@b.example")), at=AT, key=KEY
    ).content
    assert content.isascii() and content.endswith(b"\r\n") and b"\0" not in content
    assert re.search(rb"[^\r]\n|\r[^\n]", content) is None
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    head, _, _ = content.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def plain(text: str) -> str:
    """A header's text as a reader may expect it: control signs and runs of spaces as one space."""
    kept = text.encode("utf-8", "replace").decode()
    return re.sub("[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", kept).strip(" ")


@given(subject=TEXTS, name=TEXTS)
def test_subject_and_name_always_read_back_and_never_start_a_header(subject, name):
    message = read(parcel(subject=subject, sender=From(name, "hello@northgate.example")))
    assert message["Subject"] == plain(subject)
    assert (named(message), message["From"].addresses[0].addr_spec) == (plain(name), "hello@northgate.example")
    assert set(message.keys()) <= KNOWN


def named(message) -> str:
    """The display name; the newer parser puts spaces between encoded words of a name, so the older one reads it."""
    raw = dict(message.raw_items())["From"]
    return str(make_header(decode_header(parseaddr(raw.replace("\n", ""))[0])))


KNOWN = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Feedback-ID"),
    *("Content-Transfer-Encoding", "X-Auto-Response-Suppress", "Auto-Submitted", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "Content-Language"),
}


@given(address=TEXTS)
@example(address="anna@example.com>\r\nRCPT TO:<eve@example.com")
@example(address="anna@example.com\nBcc: eve@example.com")
def test_an_address_never_carries_more_than_an_address(address):
    try:
        made = address_of(address)
    except BadAddress:
        return
    assert re.fullmatch(r"[^\s<>\x00-\x1f\x7f]+@[a-z0-9._-]+", made.wire)
    assert made.utf8 == (not made.wire.isascii())


@given(url=TEXTS, language=TEXTS, lane=TEXTS)
def test_links_and_small_fields_never_start_a_header(url, language, lane):
    message = read(parcel(unsubscribe_url="https://shop.example/u/" + url, language=language, lane=lane))
    assert set(message.keys()) <= KNOWN
    assert re.fullmatch(r"<https://shop\.example/u/[!-;=?-~]*>", message["List-Unsubscribe"])


def test_bulk_mail_offers_one_click_unsubscription_and_a_receipt_does_not():
    bulk = read(parcel(unsubscribe_url="https://shop.example/u/abc", campaign_id=12))
    assert bulk["List-Unsubscribe"] == "<https://shop.example/u/abc>"
    assert bulk["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert bulk["Feedback-ID"].startswith("12:bulk:regulars:")
    receipt = read(parcel(lane="transactional"))
    assert receipt["List-Unsubscribe"] is None and receipt["Auto-Submitted"] == "auto-generated"


def test_a_message_has_one_id_for_ever_that_leads_back_to_its_row():
    first, second = (read(parcel(message_id=123_456_789))["Message-ID"] for _ in range(2))
    assert first == second and message_of(first, KEY) == 123_456_789


def test_the_envelope_has_a_return_path_of_its_own():
    letter = compose(parcel(message_id=99), at=AT, key=KEY)
    assert letter.mail_from.endswith("@bounces.northgate.example") and message_of(letter.mail_from, KEY) == 99
    mailbox = From("Shop", "a@b.example", bounce_domain="returns@b.example")
    assert compose(parcel(sender=mailbox), at=AT, key=KEY).mail_from.startswith("returns+")
    assert compose(parcel(sender=From("Shop", "a@b.example")), at=AT, key=KEY).mail_from == "a@b.example"


def test_a_domain_with_umlauts_travels_in_ascii_and_a_local_part_asks_for_smtputf8():
    assert address_of("anna@Käse.example").wire == "anna@xn--kse-qla.example"
    assert compose(parcel(to="jürgen@example.com"), at=AT, key=KEY).utf8
    assert (
        "\r\nTo: jürgen@example.com\r\n".encode() in compose(parcel(to="jürgen@example.com"), at=AT, key=KEY).content
    )
    assert not compose(parcel(to="anna@käse.example"), at=AT, key=KEY).utf8


@pytest.mark.parametrize(
    "bad", ["", "anna", "@example.com", "a b@c.example", "a@-x.example", "a..b@c.example", "a@b\n"]
)
def test_what_is_no_address_is_refused_with_a_sentence(bad):
    with pytest.raises(BadAddress, match="is not"):
        address_of(bad)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=1, max_size=32), st.text(max_size=5))
def test_a_token_is_read_back_in_any_case_and_never_with_another_key(number, key, around):
    from regulars.channels.mail.verp import return_path, token_of

    path = return_path(number, "bounces.example.com", key)
    assert len(path.partition("@")[0]) <= 64
    assert message_of(path.upper(), key) == number
    assert message_of(path, key + b"x") is None
    forged = token_of(number + 1, key).split("-")[0] + "-" + token_of(number, key).split("-")[1]
    assert message_of(forged, key) is None
