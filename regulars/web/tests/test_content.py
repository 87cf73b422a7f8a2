"""The pages for writing: what they keep, show, refuse, and how safely a preview is framed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regulars.content import actions, queries
from regulars.content.models import Block, CalendarNote, Picture, Template, TemplateVersion, Voice
from regulars.content.tests.test_actions import png
from regulars.team.actions import add_member
from regulars.web.pages.content.form import change, read
from regulars.web.pages.content.kinds import KINDS, field_in_words
from regulars.web.pages.content.starts import starts

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer(client, business, at):
    client.force_login(add_member(email="m@example.com", role="marketer", by="system", at=at))
    return client


@pytest.fixture
def template(business, at) -> Template:
    news = next(one for one in starts("Shop") if one.key == "news")
    next(block for block in news.variant["source"] if block["kind"] == "button")["href"] = "https://shop.example/"
    return actions.create_template(name="News", draft={"en": news.variant}, by="user:1", at=at)


def fields(blocks, path="b") -> dict:
    """Blocks as the form sends them."""
    sent = {f"{path}.size": str(len(blocks))}
    for n, block in enumerate(blocks):
        sent |= {f"{path}-{n}.{name}": str(value) for name, value in block.items() if name != "columns"}
        for c, column in enumerate(block.get("columns", [])):
            sent |= {f"{path}-{n}.columns": str(len(block["columns"])), **fields(column, f"{path}-{n}-{c}")}
    return sent


def test_blocks_survive_the_form():
    blocks = [kind.make() for kind in KINDS.values()]
    blocks[[block["kind"] for block in blocks].index("columns")]["columns"][1].append(KINDS["image"].make())
    again = read(fields(blocks))
    assert [block["kind"] for block in again] == [block["kind"] for block in blocks]
    for before, after in zip(blocks, again, strict=True):
        assert {name: after[name] for name in before if name != "columns"} == {
            name: value for name, value in before.items() if name != "columns"
        }
    assert again[4]["columns"][1][0]["kind"] == "image"


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("add divider b", "text heading columns divider footer"),
        ("add footer b", "text heading columns footer footer"),
        ("remove b-1", "text columns footer"),
        ("up b-1", "heading text columns footer"),
        ("down b-0", "heading text columns footer"),
        ("up b-0", "text heading columns footer"),
        ("move b-0 2", "heading columns text footer"),
        ("move b-3 0", "footer text heading columns"),
        ("copy b-0", "text text heading columns footer"),
        ("remove b-9", "text heading columns footer"),
        ("remove", "text heading columns footer"),
        ("add nonsense b", "text heading columns footer"),
        ("add footer b-2-0", "text heading columns footer"),
    ],
)
def test_acts_change_the_order(act, order):
    blocks = [KINDS[name].make() for name in ("text", "heading", "columns", "footer")]
    made = change(blocks, act)
    assert " ".join(block["kind"] for block in made) == order
    assert all(not column for block in made for column in block.get("columns", []))


def test_columns_grow_and_shrink_without_losing_anything():
    blocks = change(change([KINDS["columns"].make()], "more b-0"), "add text b-0-2")
    assert len(blocks[0]["columns"]) == 3
    assert change(blocks, "less b-0")[0]["columns"] == [[], [KINDS["text"].make()]]
    assert blocks[0]["columns"] == [[], [], [KINDS["text"].make()]]


@pytest.mark.parametrize("start", starts("Shop"), ids=lambda start: start.key)
def test_every_start_can_be_made_finished_and_published(marketer, start):
    answer = marketer.post(reverse("web:template_new"), {"name": start.key, "start": start.key, "language": "en"})
    made = Template.objects.get(name=start.key)
    assert answer.url == reverse("web:template_edit", args=[made.id])
    assert marketer.get(answer.url).status_code == 200
    draft = {name: variant for name, variant in made.draft.items()}
    for block in draft["en"]["source"] if start.channel == "email" else []:
        block |= {"href": "https://shop.example/"} if block["kind"] == "button" else {}
    actions.save_draft(template_id=made.id, language="en", variant={**draft["en"], "subject": "x"}, by="user:1", at=1)
    marketer.post(answer.url, {"act": "publish"})
    assert Template.objects.get(id=made.id).version == 1


def test_a_fault_is_shown_where_it_is_and_nothing_is_published(marketer, template):
    blocks = [{"kind": "text", "text": "{{ person.city }}", "size": "normal", "align": "left"}]
    sent = {"act": "publish", "subject": "Hi", **fields(blocks)}
    page = marketer.post(reverse("web:template_edit", args=[template.id]), sent).content.decode()
    assert "Not published." in page and "can be missing" in page and "Block 1" in page
    assert 'aria-invalid="true"' in page and not TemplateVersion.objects.exists()
    assert Template.objects.get(id=template.id).draft["en"]["source"] == blocks


def test_what_is_typed_is_kept_and_undone(marketer, template):
    blocks = [{"kind": "text", "text": "Fresh", "size": "normal", "align": "left"}]
    marketer.post(reverse("web:template_save", args=[template.id]), {"subject": "New", **fields(blocks)})
    assert Template.objects.get(id=template.id).draft["en"]["subject"] == "New"
    marketer.post(reverse("web:template_edit", args=[template.id]), {"act": "undo"})
    assert Template.objects.get(id=template.id).draft["en"]["subject"] == "News from Shop"


def test_words_that_are_not_ours_are_marked_in_the_field_and_beside(marketer, template, at):
    rules = {"use": [], "avoid": [{"word": "cheap", "why": "We sell quality."}], "disclosures": [], "tone": ""}
    actions.save_voice(**rules, reading_level=None, by="user:1", at=at)
    blocks = [{"kind": "text", "text": "So cheap!"}, {"kind": "footer", "text": ""}]
    page = marketer.post(reverse("web:template_edit", args=[template.id]), {"subject": "x", **fields(blocks)})
    assert page.content.decode().count("<mark>cheap</mark>") == 2


def test_a_language_begins_as_a_copy_and_goes_again(marketer, template):
    edit = reverse("web:template_edit", args=[template.id])
    marketer.post(edit, {"act": "language", "new_language": "de", "subject": "Hello"})
    assert Template.objects.get(id=template.id).languages == ["en", "de"]
    marketer.post(edit, {"act": "drop-language", "language": "de"})
    assert Template.objects.get(id=template.id).languages == ["en"]
    page = marketer.post(edit, {"act": "language", "new_language": "not a language"}).content.decode()
    assert "is not a language" in page


def test_the_language_on_the_screen_is_the_one_that_is_written_whatever_the_pages_own(marketer, template):
    draft = {**template.draft["en"], "subject": "Hallo"}
    actions.save_draft(template_id=template.id, language="de", variant=draft, by="user:1", at=1)
    page = marketer.get(reverse("web:template_edit", args=[template.id]) + "?language=de").content.decode()
    assert '<input type="hidden" name="language" value="de">' in page and "preview?language=de" in page
    assert 'href="?language=de" aria-current="true"' in page and 'value="Hallo"' in page


def test_blocks_go_on_as_mjml_that_makes_the_same_text(marketer, template):
    edit, look = (reverse(f"web:template_{name}", args=[template.id]) for name in ("edit", "preview"))
    before = marketer.get(look + "?part=text").content.decode()
    marketer.post(edit, {"act": "format mjml"})
    draft = Template.objects.get(id=template.id).draft["en"]
    assert draft["format"] == "mjml" and draft["source"].startswith("<mjml")
    assert marketer.get(look + "?part=text").content.decode() == before


def test_a_preview_may_do_nothing_but_be_looked_at(marketer, template):
    answer = marketer.get(reverse("web:template_preview", args=[template.id]))
    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src 'none'" in policy
    assert "allow-" not in policy
    assert "frame-ancestors 'self'" in policy and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "What is new" in answer.content.decode()


def test_light_and_dark_are_answered_in_the_frame(marketer, template):
    look = reverse("web:template_preview", args=[template.id])
    assert "@media all" in marketer.get(look + "?theme=dark").content.decode()
    assert "@media not all" in marketer.get(look).content.decode()


def test_a_draft_that_cannot_be_rendered_previews_the_reason(marketer, template):
    broken = {"subject": "x", "format": "html", "source": "{{ person.cty }}"}
    actions.save_draft(template_id=template.id, language="en", variant=broken, by="user:1", at=1)
    page = marketer.get(reverse("web:template_preview", args=[template.id])).content.decode()
    assert "Do you mean" in page


def test_unfinished_blocks_are_left_out_of_a_preview_until_they_are_finished(marketer, template):
    columns = {"kind": "columns", "columns": [[{"kind": "text", "text": "left"}, {"kind": "image", "src": ""}], []]}
    blocks = [{"kind": "text", "text": "Hello"}, {"kind": "button", "label": "", "href": "https://"}, columns]
    draft = {"subject": "", "format": "blocks", "source": blocks}
    actions.save_draft(template_id=template.id, language="en", variant=draft, by="user:1", at=1)
    page = marketer.get(reverse("web:template_preview", args=[template.id])).content.decode()
    assert "Hello" in page and "left" in page


def test_versions_show_what_changed_and_can_be_taken_up(marketer, template, at):
    actions.publish(template_id=template.id, by="user:1", at=at)
    changed = {**template.draft["en"], "subject": "Other news"}
    actions.save_draft(template_id=template.id, language="en", variant=changed, by="user:1", at=at)
    actions.publish(template_id=template.id, by="user:1", at=at)
    page = marketer.get(reverse("web:template", args=[template.id])).content.decode()
    assert "<ins>+ Subject: Other news</ins>" in page and "<del>- Subject: News from Shop</del>" in page
    marketer.post(reverse("web:template_restore", args=[template.id, 1]))
    assert Template.objects.get(id=template.id).draft["en"]["subject"] == "News from Shop"


def test_a_picture_is_served_as_what_it_is_to_anybody_for_ever(marketer, client, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    files = [
        SimpleUploadedFile("a.html", png(3, 2), "text/html"),
        SimpleUploadedFile("b.png", b"<script>", "image/png"),
    ]
    page = marketer.post(reverse("web:picture_add"), {"file": files}, follow=True).content.decode()
    assert Picture.objects.count() == 1 and "not a picture" in page
    made = Picture.objects.get()
    client.logout()
    answer = client.get(f"/media/{made.digest}.png")
    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"] and b"".join(answer.streaming_content) == png(3, 2)
    for name in (f"{made.digest}.html", "../../keys.json", "0" * 64 + ".png", made.digest):
        assert client.get(f"/media/{name}").status_code == 404


def test_the_voice_is_kept_as_it_was_written(marketer):
    said = {
        "use": "regulars = loyals, users", "avoid": "cheap* = We sell quality.\nbargain",
        "disclosures": "18+ only. = wine", "reading_level": "60", "tone": "Warm.",
    }  # fmt: skip
    marketer.post(reverse("web:voice"), said)
    made = Voice.objects.get()
    assert made.use == [{"word": "regulars", "instead_of": ["loyals", "users"]}]
    assert made.avoid[1] == {"word": "bargain", "why": ""} and made.reading_level == 60
    page = marketer.post(reverse("web:voice"), {"try": "Cheaper for users"}).content.decode()
    assert "<mark>Cheaper</mark>" in page and "<mark>users</mark>" in page and "cheap* = We sell quality." in page


def test_notes_stand_on_the_calendar(marketer):
    said = {"day": "2026-03-31", "text": "Spring sale"}
    page = marketer.post(reverse("web:calendar_note"), said, follow=True).content.decode()
    assert "Spring sale" in page and "March 2026" in page and "Noted on Tuesday, 31 March 2026." in page
    marketer.post(reverse("web:calendar_note"), {"remove": CalendarNote.objects.get().id, "month": "2026-03"})
    assert not CalendarNote.objects.exists()
    for odd in ("2026-99", "9999-12", "0001-01", "²"):
        assert marketer.get(reverse("web:calendar"), {"month": odd}).status_code == 200


def test_broadcasts_stand_on_the_day_they_go_out_in_the_zone_of_the_business(marketer, at):
    from regulars.journeys.models import Broadcast

    late = 1_773_703_800_000_000  # 2026-03-16 23:30 in Greenwich
    summer = 1_775_689_200_000_000  # 2026-04-08 23:00 in Greenwich, past midnight in London
    said = {"drafted_us": at, "drafted_by": "user:1"}
    for name, when in (("Winter", {"when_us": late}), ("Summer", {"when_us": summer}),
                       ("Local", {"local_time": "2026-04-20T09:00"}), ("Undated", {})):  # fmt: skip
        Broadcast.objects.create(name=name, **when, **said)
    page = marketer.get(reverse("web:calendar") + "?month=2026-04").content.decode()
    days = {}
    for cell in page.split("<time datetime=")[1:]:
        days.update({name: cell[1:11] for name in ("Summer", "Local", "Undated", "Winter") if f">{name}</a>" in cell})
    assert days == {"Summer": "2026-04-09", "Local": "2026-04-20"}


def test_a_reusable_block_is_written_and_refused_like_any_other(marketer):
    block = {"name": "Hours", "act": "save", **fields([{"kind": "text", "text": "Open"}])}
    marketer.post(reverse("web:block_new"), block)
    made = Block.objects.get()
    bad = block | fields([{"kind": "text", "text": "{{ person.city }}"}])
    assert "can be missing" in marketer.post(reverse("web:block", args=[made.id]), bad).content.decode()
    assert Block.objects.get().source[0]["text"] == "Open"


def test_templates_are_renamed_copied_and_archived(marketer, template):
    act = reverse("web:template_change", args=[template.id])
    marketer.post(act, {"act": "copy"})
    marketer.post(act, {"act": "copy"})
    marketer.post(act, {"act": "rename", "name": "Monthly"})
    marketer.post(act, {"act": "archive"})
    marketer.get(reverse("web:library"))  # says that it is archived
    page = marketer.get(reverse("web:library")).content.decode()
    assert "News, copy 2" in page and "Monthly" not in page
    assert "Monthly" in marketer.get(reverse("web:library") + "?archived=1&q=month").content.decode()


def test_the_editor_escapes_what_authors_write(marketer, template):
    blocks = [{"kind": "text", "text": "</textarea><script>x</script>"}]
    page = marketer.post(reverse("web:template_edit", args=[template.id]), {"subject": '"><b>zz', **fields(blocks)})
    assert "<script>x" not in page.content.decode() and '"><b>zz' not in page.content.decode()


def test_a_test_goes_to_an_address_and_into_nobodys_history(marketer, template, at):
    from regulars.channels.models import Message

    sent = {"address": "me@example.com", "language": "en", "back": reverse("web:template_edit", args=[template.id])}
    page = marketer.post(reverse("web:template_test", args=[template.id]), sent, follow=True).content.decode()
    assert "on its way to me@example.com" in page
    made = Message.objects.get()
    assert made.node_id < 0 and made.address == "me@example.com" and made.lane == 1
    assert TemplateVersion.objects.get(id=made.version_id).compiled["en"]["subject"].startswith("[Test]")
    sent |= {"address": "nobody", "back": "//evil.example"}
    answer = marketer.post(reverse("web:template_test", args=[template.id]), sent)
    assert answer.url == "/" and Message.objects.count() == 1


def test_a_message_says_what_delivery_renders(template, business, at):
    """The contract with delivery: a published version, rendered for somebody of whom nothing is known."""
    from regulars.content import queries
    from regulars.content.tags import facts_of

    text = queries.prepared(version_id=actions.publish(template_id=template.id, by="user:1", at=at).id, language="xx")
    facts = facts_of(tags=text.tags, person_ids=[-5], language=text.language)
    links = {"unsubscribe": "https://own.example/u", "preferences": "", "view": ""}
    made = text.render(
        {"person": facts[-5], "business": {"name": "Shop"}, "links": links}, link=lambda n, url: f"/{n}"
    )
    assert "Hello there," in made.text and 'href="/2"' in made.html and "own.example/u" in made.html


def test_what_a_version_changed_is_told_in_the_words_of_the_editor():
    before = {
        "en": {
            "subject": "Hello",
            "format": "blocks",
            "source": [{"kind": "button", "label": "Look", "align": "left"}],
        }
    }
    block = {"kind": "products", "what": "products", "most": 4, "if_nothing": "skip"}
    after = {"en": before["en"] | {"source": [before["en"]["source"][0] | {"align": "center"}, block]}}
    ((_language, lines),) = queries.differences(before, after, field_in_words)
    told = {(line.sign, line.text.strip()) for line in lines}
    expected = ["Place: middle", "[Products]", "Which: Popular in the last 28 days"]
    expected.append("For whom there is none: do not send them the message")
    assert {("-", "Place: left"), *(("+", one) for one in expected)} <= told
