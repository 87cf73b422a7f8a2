"""A text becomes a message: formats, links, fallbacks, pixel, plain text, languages."""

from __future__ import annotations

import json

import pytest

from regulars.content.rendering import CannotRender, ContentError, Prepared, compile_variants
from regulars.content.tests.mails import FACTS, compiled, context, prepared

pytestmark = pytest.mark.anydb
SECTION = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
BLOCKS = [
    {"kind": "heading", "text": 'Hello {{ person.first_name | default: "there" }}'},
    {"kind": "text", "text": "We **miss** you. [Look](https://shop.example/new?a=1&b=2)"},
    {"kind": "image", "src": "https://img.example/a.png", "alt": "Boots"},
    {"kind": "columns", "columns": [[{"kind": "text", "text": "left"}], [{"kind": "divider"}, {"kind": "spacer"}]]},
    {"kind": "button", "label": "Go", "href": "https://shop.example/go"},
    {"kind": "products", "most": 2},
    {"kind": "supplied", "what": "voucher"},
    {"kind": "supplied", "what": "points"},
    {"kind": "html", "html": "<b onclick='x()'>bold</b><script>no()</script>"},
    {"kind": "footer", "text": "Northgate Sports"},
]
PRODUCTS = [{"name": f"Boot {n}", "price": "£30", "url": f"https://shop.example/p/{n}"} for n in range(3)]


def test_blocks_become_html_and_plain_text():
    made = prepared(BLOCKS, "blocks").render(context(products=PRODUCTS, voucher={"code": "ABC"}))
    for part in ("Hello Anna", "<strong>miss</strong>", "Boot 1", "ABC", "https://own.example/unsubscribe"):
        assert part in made.html
    assert "Boot 2" not in made.html and "Your points" not in made.html and "onclick" not in made.html
    assert "no()" not in made.html and "<" not in made.text
    assert "Look: https://shop.example/new?a=1&b=2" in made.text and "Boots" in made.text


def test_what_is_compiled_can_be_stored_as_json():
    stored = json.loads(json.dumps(compiled(BLOCKS, "blocks")))
    assert Prepared(stored).render(context()).html == prepared(BLOCKS, "blocks").render(context()).html


def test_mjml_with_liquid_around_sections_and_rows():
    rows = "<mj-table>{% for p in products %}<tr><td>{{ p.name }}</td></tr>{% endfor %}</mj-table>"
    choice = '{% if person.city == "Rome" %}<mj-text>A "<b>{{ person.city }}</b>"</mj-text>{% endif %}'
    made = prepared(SECTION.format(choice + rows), "mjml").render(context(products=PRODUCTS))
    assert "<b>Rome</b>" in made.html and made.html.count("<tr><td>Boot") == 3
    elsewhere = prepared(SECTION.format(choice + rows), "mjml").render(context({"city": "Oslo"}))
    assert "Oslo" not in elsewhere.html and "zq" not in elsewhere.html


def test_a_loop_over_the_rows_of_an_html_table_stays_in_the_table():
    source = "<table>{% for p in products %}<tr><td>{{ p.name }}</td></tr>{% endfor %}</table>"
    page = prepared(source).render(context(products=PRODUCTS[:2])).html
    assert "<table><tbody><tr><td>Boot 0</td></tr><tr><td>Boot 1</td></tr></tbody></table>" in page


def test_every_link_of_the_author_is_numbered_and_rewritten_but_not_the_messages_own():
    source = (
        '<a href="https://a.example/?x=1&amp;y=2">one</a> <a href="mailto:a@b.example">two</a>'
        '<a href="{{ links.unsubscribe }}">three</a>'
        '<a href="https://b.example/{{ person.city | default: "x" }}">four</a>'
    )
    ready, seen = prepared(source), {}
    made = ready.render(
        context(), link=lambda number, url: seen.setdefault(number, url) and f"https://t.example/{number}"
    )
    assert seen == {1: "https://a.example/?x=1&y=2", 2: "https://b.example/Rome"}
    assert ready.links == ("https://a.example/?x=1&y=2", 'https://b.example/{{ person.city | default: "x" }}')
    for part in ('"https://t.example/1"', '"mailto:a@b.example"', '"https://own.example/unsubscribe"'):
        assert part in made.html
    assert "four: https://t.example/2" in made.text
    assert ready.target(context(), 1) == "https://a.example/?x=1&y=2"
    assert ready.target(context(), 2) == "https://b.example/Rome"
    with pytest.raises(KeyError):
        ready.target(context(), 3)


def test_links_in_a_loop_have_a_number_each_and_a_click_finds_its_target():
    ready = prepared('{% for p in products %}<a href="{{ p.url }}">{{ p.name }}</a>{% endfor %}')
    numbers = []
    ready.render(context(products=PRODUCTS), link=lambda number, url: numbers.append(number) or url)
    assert numbers == [1, 1001, 2001] * 2  # text and HTML
    assert ready.target(context(products=PRODUCTS), 1001) == "https://shop.example/p/1"


def test_a_person_cannot_add_parameters_to_a_link():
    ready = prepared('<a href="https://a.example/?name={{ person.name | default: "x" }}&ok=1">x</a>')
    assert (
        'href="https://a.example/?name=a%26admin%3D1&amp;ok=1"' in ready.render(context({"name": "a&admin=1"})).html
    )


def test_the_pixel_comes_only_when_asked_for():
    ready = prepared("<p>Hi</p>")
    assert "<img" not in ready.render(context()).html
    page = ready.render(context(), pixel="https://t.example/o/1.gif").html
    assert page.endswith("</body></html>") and page.count('<img src="https://t.example/o/1.gif"') == 1


def test_html_escapes_and_subject_and_text_do_not():
    ready = prepared('<p>{{ person.name | default: "" }}</p>', subject='{{ person.name | default: "" }}')
    made = ready.render(context({"name": "Tom & <Jerry>"}))
    assert made.subject == "Tom & <Jerry>" and made.text == "Tom & <Jerry>"
    assert "<p>Tom &amp; &lt;Jerry&gt;</p>" in made.html


def test_the_preheader_stands_hidden_in_the_html():
    made = prepared("<p>Hi</p>", preheader='For {{ person.city | default: "you" }} & all').render(context())
    assert made.preheader == "For Rome & all"
    assert 'overflow:hidden">For Rome &amp; all</div>' in made.html and "For Rome" not in made.text


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{{ person.city }}", "“person.city” can be missing"),
        ("{{ person.cty }}", "Do you mean “city”"),
        ("{{ person.orders | upcas }}", "Do you mean “upcase”"),
        ("{{ links.unsubscrib }}", "“links.unsubscrib” does not exist"),
        ("{{ voucher.code }}", "“voucher.code” can be missing"),
        ("{% if person.city %}", "cannot be read"),
        ("{% include 'other' %}", "include"),
        ("{% render 'other' %}", "render"),
        ("{% raw %}<script>{% endraw %}", "not allow"),
        ("<p {{ person.orders }}>x</p>", "not allow"),
        ('<p style="color:{{ person.orders }}">x</p>', "cannot stand in a style"),
        ('<img src="https://a.example/{{ person.orders }}.png">', "address of a picture"),
        ("{% assign x = person.orders %}<img src='https://a.example/{{ x }}'>", "address of a picture"),
        ("<style>@import url(x);</style>", "@import"),
        ("{% for i in (1..person.orders) %}x{% endfor %}", "a range goes"),
        ("{% capture x %}<b>{% endcapture %}", "collects text"),
        ("", "There is no text yet"),
    ],
)
def test_what_cannot_go_out_is_refused_with_its_place_and_a_sentence(source, sentence):
    with pytest.raises(ContentError) as refused:
        compiled(source)
    assert refused.value.path == "en.html" and sentence in refused.value.message


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"kind": "text", "text": "{{ person.city }}"}, "en.blocks[1].text"),
        ({"kind": "button", "label": "Go", "href": "go"}, "en.blocks[1].href"),
        ({"kind": "button", "label": "Go", "href": "https://"}, "en.blocks[1].href"),
        ({"kind": "button", "label": "", "href": "https://a.example"}, "en.blocks[1].label"),
        ({"kind": "image", "src": ""}, "en.blocks[1].src"),
        ({"kind": "image", "src": "https://a.example/{{ person.orders }}.png"}, "en.blocks"),
        ({"kind": "spacer", "height": 4000}, "en.blocks[1].height"),
        ({"kind": "columns", "columns": [[], [{"kind": "footer"}]]}, "en.blocks[1].columns[1][0]"),
        ({"kind": "block", "block": 9}, "en.blocks[1].block"),
        ({"kind": "dance"}, "en.blocks[1]"),
    ],
)
def test_a_fault_in_a_block_names_the_block(block, path):
    with pytest.raises(ContentError) as refused:
        compiled([{"kind": "divider"}, block], "blocks")
    assert refused.value.path == path


def test_a_condition_is_a_fallback_too():
    ready = prepared("{% if person.city %}From {{ person.city }}{% else %}Hello{% endif %}")
    assert ready.render(context({})).text == "Hello"
    assert ready.render(context()).text == "From Rome"


def test_what_is_missing_after_all_skips_that_person_with_a_reason():
    ready = prepared("{% if person.orders > 3 and person.city != 'x' %}{{ person.city }}{% endif %}")
    with pytest.raises(CannotRender, match=r"“person.city” is not known of this person"):
        ready.render(context({"orders": 7}))
    assert ready.render(context({"orders": 1})).text == ""


def test_a_message_loads_nothing_from_a_host_its_author_did_not_name():
    with pytest.raises(ContentError, match="mj-social"):
        compiled(SECTION.format('<mj-social><mj-social-element name="facebook" /></mj-social>'), "mjml")
    page = prepared(SECTION.format("<mj-text>Hi</mj-text>"), "mjml").render(context()).html
    assert "fonts.googleapis" not in page and "src=" not in page


@pytest.mark.parametrize(
    "mjml",
    [
        '<mj-image src="https://a.example/{{ person.orders }}.png" />',
        '<mj-text color="{{ person.orders }}">x</mj-text>',
        '<mj-image src="https://{{ product.host }}/a.png" />',
    ],
)
def test_merge_tags_stand_where_they_do_no_harm_in_mjml_too(mjml):
    with pytest.raises(ContentError):
        compiled(SECTION.format(mjml), "mjml")


def test_reusable_blocks_are_put_in_and_not_into_each_other():
    shared = {3: [{"kind": "text", "text": "Open till six"}], 4: [{"kind": "block", "block": 3}]}
    one = {"en": {"subject": "x", "format": "blocks", "source": [{"kind": "block", "block": 3}]}}
    assert "Open till six" in Prepared(compile_variants(one, shared, facts=FACTS)).render(context()).text
    one["en"]["source"] = [{"kind": "block", "block": 4}]
    with pytest.raises(ContentError, match="cannot contain another"):
        compile_variants(one, shared, facts=FACTS)


@pytest.mark.parametrize(
    ("wanted", "found"), [("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("fr", "en"), ("", "en")]
)
def test_the_language_is_the_persons_or_the_first(wanted, found):
    texts = {lang: {"subject": lang, "format": "text", "source": lang} for lang in ("en", "de")}
    assert Prepared(compile_variants(texts), wanted).language == found


def test_right_to_left_languages_run_from_right_to_left():
    made = compile_variants(
        {"ar": {"subject": "مرحبا", "format": "blocks", "source": [{"kind": "text", "text": "مرحبا 👋"}]}}
    )
    page = Prepared(made).render(context()).html
    assert 'dir="rtl"' in page and 'lang="ar"' in page and "مرحبا 👋" in page


def test_an_sms_is_plain_text_with_links():
    ready = prepared(
        "Hi {{ person.first_name | default: 'you' }}: https://a.example/x.", "text", channel="sms", subject=""
    )
    made = ready.render(context(), link=lambda number, url: f"https://t.example/{number}")
    assert made.text == "Hi Anna: https://t.example/1." and made.html == "" and made.subject == ""
    with pytest.raises(ContentError, match="plain text"):
        compiled("<p>x</p>", "html", channel="sms")
