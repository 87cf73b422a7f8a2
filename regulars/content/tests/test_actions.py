"""Drafts, versions, blocks, pictures, notes: what is kept, what is refused, what can be had back."""

from __future__ import annotations

import struct
import zlib

import pytest

from regulars.content import actions, queries
from regulars.content.models import BlockVersion, Picture, Template, TemplateVersion
from regulars.content.pictures import NotAPicture, path_of
from regulars.content.rendering import ContentError, Prepared
from regulars.content.tests.test_metadata import FRAME, jpeg, webp
from regulars.content.tests.test_metadata import GIF as whole_gif

FOOTER = {"kind": "footer", "text": "Northgate Sports"}
BY = "user:1"
pytestmark = pytest.mark.django_db


def variant(text: str = "Hello", **more):
    return {"subject": "News", "format": "blocks", "source": [{"kind": "text", "text": text}, FOOTER], **more}


@pytest.fixture
def template(business, at) -> Template:
    return actions.create_template(name="Welcome", by=BY, at=at, draft={"en": variant()})


def save(template, at, text, language="en"):
    return actions.save_draft(template_id=template.id, language=language, variant=variant(text), by=BY, at=at)


def test_publishing_makes_versions_that_never_change(template, at):
    first = actions.publish(template_id=template.id, by=BY, at=at)
    save(template, at, "Goodbye")
    second = actions.publish(template_id=template.id, by="user:2", at=at + 1)
    assert (first.number, second.number, second.by) == (1, 2, "user:2")
    assert Template.objects.get(id=template.id).version == 2
    old = Prepared(TemplateVersion.objects.get(id=first.id).compiled)
    assert "Hello" in old.render(queries.context_of(old.tags, 1)).text


def test_publishing_what_did_not_change_makes_no_version(template, at):
    first = actions.publish(template_id=template.id, by=BY, at=at)
    assert actions.publish(template_id=template.id, by=BY, at=at).id == first.id


@pytest.mark.parametrize(
    ("text", "path", "sentence"),
    [
        ("{{ person.city }}", "en.blocks[0].text", "can be missing"),
        ("{% if person.city %}a{% else %}{{ person.city }}{% endif %}", "en", "nothing is known"),
        ("{{ person.orders | divided_by: 0 }}", "en", "nothing is known"),
    ],
)
def test_what_cannot_be_rendered_for_a_stranger_is_not_published(template, at, text, path, sentence):
    save(template, at, text)
    with pytest.raises(ContentError) as refused:
        actions.publish(template_id=template.id, by=BY, at=at)
    assert refused.value.path == path and sentence in refused.value.message
    assert not TemplateVersion.objects.exists()


def test_marketing_mail_without_a_way_out_is_not_published_but_a_receipt_is(template, at):
    bare = {"subject": "x", "format": "blocks", "source": [{"kind": "text", "text": "Hi"}]}
    actions.save_draft(template_id=template.id, language="en", variant=bare, by=BY, at=at)
    with pytest.raises(ContentError, match="unsubscribe"):
        actions.publish(template_id=template.id, by=BY, at=at)
    receipt = actions.create_template(name="Receipt", kind="transactional", by=BY, at=at, draft={"en": bare})
    assert actions.publish(template_id=receipt.id, by=BY, at=at).number == 1


def test_a_way_out_that_nobody_sees_is_none(template, at):
    hidden = "<p>Hi</p>{% if person.city == 'nowhere' %}<a href='{{ links.unsubscribe }}'>x</a>{% endif %}"
    draft = {"subject": "x", "format": "html", "source": hidden}
    actions.save_draft(template_id=template.id, language="en", variant=draft, by=BY, at=at)
    with pytest.raises(ContentError, match="unsubscribe"):
        actions.publish(template_id=template.id, by=BY, at=at)


def test_a_published_version_is_looked_through_once_more_before_it_is_sent(template, at):
    save(template, at, "Billig!", language="de")
    version = actions.publish(template_id=template.id, by=BY, at=at)
    rules = {"use": [], "disclosures": [], "tone": "", "reading_level": None}
    actions.save_voice(**rules, avoid=[{"word": "billig", "why": ""}], by=BY, at=at)
    found = queries.breaches_in(version.id)
    assert [(language, breach.words) for language, breach in found] == [("de", "Billig")]


def test_changes_of_a_draft_are_taken_back_one_by_one_and_per_language(template, at):
    save(template, at, "One")
    save(template, at, "Eins", language="de")
    save(template, at, "Two")
    assert actions.undo_draft(template_id=template.id, language="en", by=BY, at=at)
    assert Template.objects.get(id=template.id).draft["en"] == variant("One")
    assert actions.undo_draft(template_id=template.id, language="en", by=BY, at=at)
    assert not actions.undo_draft(template_id=template.id, language="en", by=BY, at=at)
    assert Template.objects.get(id=template.id).draft == {"en": variant(), "de": variant("Eins")}


def test_the_first_language_stays_first_and_one_stays_at_least(template, at):
    save(template, at, "Hallo", language="de")
    save(template, at, "Hi again")
    assert list(Template.objects.get(id=template.id).variants) == ["en", "de"]
    version = actions.publish(template_id=template.id, by=BY, at=at)
    assert TemplateVersion.objects.get(id=version.id).languages == ["en", "de"]
    assert queries.prepared(version.id, "fr").language == "en"
    actions.remove_language(template_id=template.id, language="en", by=BY, at=at)
    with pytest.raises(ContentError):
        actions.remove_language(template_id=template.id, language="de", by=BY, at=at)


def test_an_old_version_can_be_taken_up_again(template, at):
    actions.publish(template_id=template.id, by=BY, at=at)
    save(template, at, "New")
    actions.restore_version(template_id=template.id, number=1, by=BY, at=at)
    assert Template.objects.get(id=template.id).draft["en"] == variant()


def test_differences_are_lines_with_signs(template, at):
    found = queries.differences({"en": variant("Hello\nyou")}, {"en": variant("Hello\nthere"), "de": variant()})
    lines = dict(found)["en"]
    assert {(line.sign, line.text.strip()) for line in lines if line.sign != " "} == {
        ("-", "text: you"),
        ("+", "text: there"),
    }
    assert all(line.sign == "+" for line in dict(found)["de"])
    assert queries.differences({"en": variant()}, {"en": variant()}) == []


def test_names_are_taken_once_and_huge_texts_are_refused(template, at):
    with pytest.raises(ContentError, match="already"):
        actions.create_template(name=" Welcome ", by=BY, at=at)
    with pytest.raises(ContentError, match="longer"):
        save(template, at, "x" * 500_000)


def test_a_reusable_block_is_taken_in_when_a_template_is_published(template, at):
    block = actions.create_block(name="Hours", source=[{"kind": "text", "text": "Open till six"}], by=BY, at=at)
    draft = variant() | {"source": [{"kind": "block", "block": block.id}, FOOTER]}
    actions.save_draft(template_id=template.id, language="en", variant=draft, by=BY, at=at)
    first = actions.publish(template_id=template.id, by=BY, at=at)
    actions.save_block(block_id=block.id, name="Hours", source=[{"kind": "text", "text": "till eight"}], by=BY, at=at)
    assert "till six" in first.compiled["en"]["text"]
    assert "till eight" in actions.publish(template_id=template.id, by=BY, at=at).compiled["en"]["text"]
    assert BlockVersion.objects.filter(block_id=block.id).count() == 2
    actions.archive_block(block_id=block.id, by=BY, at=at)
    with pytest.raises(ContentError, match="archived"):
        actions.publish(template_id=template.id, by=BY, at=at)


def test_a_test_is_sent_from_a_version_that_nothing_real_uses(template, at):
    holder, version = actions.version_for_test(template_id=template.id, by=BY, at=at)
    assert holder != template.id and version.compiled["en"]["subject"] == "[Test] News"
    assert not TemplateVersion.objects.filter(template_id=template.id).exists()
    assert holder not in [one.id for one in queries.templates_page(archived=True)]


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\x00" + b"\xff\x00\x00" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


JPEG, GIF = jpeg(FRAME), whole_gif
WEBP = webp((b"VP8X", b"\0" * 4 + (39).to_bytes(3, "little") + (19).to_bytes(3, "little")), (b"VP8 ", b"picture"))


@pytest.mark.parametrize(
    ("data", "type_", "size"),
    [
        (png(3, 2), "image/png", (3, 2)),
        (JPEG, "image/jpeg", (64, 32)),
        (GIF, "image/gif", (1, 1)),
        (WEBP, "image/webp", (40, 20)),
    ],
)
def test_a_picture_is_what_its_bytes_say(db, at, settings, tmp_path, data, type_, size):
    settings.MEDIA_ROOT = tmp_path
    made = actions.add_picture(data=data, name="../../evil.html", by=BY, at=at)
    assert (made.type, (made.width, made.height), made.name) == (type_, size, "evil.html")
    assert path_of(made.digest).read_bytes() == data
    assert actions.add_picture(data=data, name="again.png", by=BY, at=at).id == made.id


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload='x'>", b"<html>", b"\x89PNG\r\n\x1a\n", png(3, 2)[:20], GIF[:8], GIF[:-1], JPEG[:6],
             JPEG[:-2], WEBP[:-3],
             png(1, 1)[:16] + struct.pack(">II", 60_000, 60_000), b"\xff\xd8\xff" + b"\xff" * 50]
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_sentence(db, at, settings, tmp_path, data):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(NotAPicture):
        actions.add_picture(data=data, name="photo.png", by=BY, at=at)
    assert not Picture.objects.exists() and not list(tmp_path.iterdir())


def test_notes_stand_on_real_days(db, at):
    note = actions.add_note(day="2026-03-31", text=" Spring  sale ", by=BY, at=at)
    assert note.text == "Spring sale"
    with pytest.raises(ContentError):
        actions.add_note(day="2026-02-30", text="x", by=BY, at=at)
    actions.remove_note(note_id=note.id, by=BY, at=at)
    actions.remove_note(note_id=note.id, by=BY, at=at)


def test_our_own_pictures_follow_the_site_when_its_address_changes(business, at, settings):
    picture = {"kind": "image", "src": "/media/abc.png", "alt": "Boots"}
    draft = {"subject": "x", "format": "blocks", "source": [picture, {"kind": "footer", "text": "Us"}]}
    made = actions.create_template(name="Pictures", draft={"en": draft}, by=BY, at=at)
    version = actions.publish(template_id=made.id, by=BY, at=at)
    for address in ("https://old.example", "https://new.example"):
        settings.PUBLIC_URL = address
        queries.prepared.cache_clear()
        ready = queries.prepared(version.id, "en")
        assert f'src="{address}/media/abc.png"' in ready.render(queries.seen_by_nobody(ready)).html
    queries.prepared.cache_clear()
