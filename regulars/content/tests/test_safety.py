"""Rendering never leaks, never loops, never injects headers or markup: random authors, hostile customers."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from regulars.content.rendering import CannotRender, ContentError, Prepared
from regulars.content.rendering.filters import FILTERS
from regulars.content.rendering.links import COMPILED
from regulars.content.rendering.liquid import OUTPUT, Pieces, Sandbox, parse
from regulars.content.rendering.prepared import Text
from regulars.content.tests.mails import compiled, context, prepared

pytestmark = pytest.mark.anydb
HOSTILE = some.one_of(
    some.text(max_size=40),
    some.sampled_from(
        [
            "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "javascript:alert(1)",
            "{{ links.unsubscribe }}", "{% for x in y %}", "a\r\nBcc: all@example.com", "&lt;b&gt;", "\u202egnp.exe",
            "</style><script>", "<!--", "]]>", "https://evil.example/", "//evil.example", "%0d%0aBcc:", "\x00",
        ]
    ),
)  # fmt: skip
ARGUMENTS = ("1", "-1", '""', '"a"', '"<b>"', "person.city", "person.name", "items", "30", '" "')
CHAIN = some.lists(
    some.tuples(some.sampled_from(sorted(FILTERS)), some.lists(some.sampled_from(ARGUMENTS), max_size=2)), max_size=4
).map(lambda chain: "".join(f" | {name}{': ' if args else ''}{', '.join(args)}" for name, args in chain))
WAYS = (
    '{{{{ person.name{} | default: "x" }}}}',
    "{{% cycle person.name, person.city %}}",
    '{{% assign y = person.name{} %}}{{{{ y | default: "x" }}}}',
    '{{% capture z %}}{{{{ person.name{} | default: "x" }}}}{{% endcapture %}}{{{{ z }}}}',
    '{{% echo person.name{} | default: "x" %}}',
    '{{% for e in items %}}{{{{ e{} | default: "x" }}}}{{% endfor %}}',
)
VALUE = some.builds(lambda chain, way: way.format(chain), CHAIN, some.sampled_from(WAYS))
PLACES = (
    "<p>{}</p>",
    '<p title="{}">a</p>',
    '<a href="{}">a</a>',
    '<a href="https://a.example/?q={}">a</a>',
    "<li>{}",
)


class Shape(HTMLParser):
    """The elements and attributes of a page, without what they say; where its links lead."""

    def __init__(self, page: str):
        super().__init__()
        self.seen: list[tuple] = []
        self.hrefs: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(name for name, _ in attrs)))
        self.hrefs += [value or "" for name, value in attrs if name == "href"]

    def handle_comment(self, data):
        self.seen.append(("comment",))


def attempt(ready: Prepared, person: dict):
    try:
        return ready.render(context(person, items=[person.get("name", "a"), "b"]))
    except CannotRender as refused:
        assert refused.reason
        return None


@settings(max_examples=500, deadline=None)
@given(value=VALUE, place=some.sampled_from(PLACES), name=HOSTILE, city=HOSTILE)
def test_what_is_known_of_a_person_never_becomes_markup(value, place, name, city):
    try:
        ready = prepared(place.format(value.replace('"', "'") if '="' in place else value))
    except ContentError:
        return
    made, calm = attempt(ready, {"name": name, "city": city}), attempt(ready, {"name": "Ann", "city": "Rome"})
    if made and calm:
        assert Shape(made.html).seen == Shape(calm.html).seen
        assert all(re.match(r"https?://|mailto:|tel:|sms:|#", href) for href in Shape(made.html).hrefs)


@settings(max_examples=200, deadline=None)
@given(value=VALUE, name=HOSTILE, city=HOSTILE)
def test_subject_and_preheader_never_hold_a_line_break_or_control_sign(value, name, city):
    ready = prepared("<p>Hi</p>", subject=f"For {value}"[:300], preheader=f"{value}"[:300])
    if made := attempt(ready, {"name": name, "city": city}):
        for line in (made.subject, made.preheader):
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)
            assert len(line) <= 250


LEAF = some.one_of(
    VALUE,
    some.sampled_from(
        [
            "{% assign x = x | append: x | append: 'aaaaaaaaaa' %}", "{% assign n = n | plus: 9 | times: n %}",
            "{{ x }}", "{% capture x %}{{ x }}{{ x }}zz{% endcapture %}", "{% assign l = x | split: '' %}",
            "{{ l | join: x }}", "{{ x | replace: 'a', x }}", "{% cycle 'a', 'b' %}", "{% increment c %}", "text",
            "{% assign l = l | concat: l %}", "{{ n }}", "{% break %}", "{{ person.orders | round: 999999 }}",
        ]
    ),
)  # fmt: skip


def _nest(inside):
    inner = some.lists(inside, max_size=4).map("".join)
    return some.one_of(
        inner.map(lambda body: f"{{% for i in (1..100) %}}{body}{{% endfor %}}"),
        inner.map(lambda body: f"{{% for i in items %}}{body}{{{{ forloop.index }}}}{{% endfor %}}"),
        inner.map(lambda body: f"{{% if person.city %}}{body}{{% elsif x %}}a{{% else %}}{body}{{% endif %}}"),
        inner.map(lambda body: f"{{% unless person.nobody %}}{body}{{% endunless %}}"),
        inner.map(lambda body: f"{{% case person.city %}}{{% when 'Rome' %}}{body}{{% else %}}b{{% endcase %}}"),
    )


PROGRAMS = some.lists(some.recursive(LEAF, _nest, max_leaves=12), max_size=5).map("".join)
WORLD = context({"name": "Ann & <b>", "city": "Rome", "orders": 3}, items=["a", "<"], x="aa", n=3, l=[1])


@settings(max_examples=300, deadline=10_000)
@given(source=PROGRAMS)
def test_no_template_runs_for_long_or_grows_without_bounds(source):
    try:
        made = Text(source, COMPILED).render(WORLD, html=True)
    except CannotRender:
        return
    assert len(made) <= OUTPUT


ROUND = "{{% for i in (1..100) %}}{}{{% endfor %}}"


@pytest.mark.parametrize(
    "source",
    [
        ROUND.format(ROUND.format(ROUND.format("a"))),
        ROUND.format(ROUND.format(ROUND.format("{{ forloop.index }}"))),
        ROUND.format("{{ person.name }}" * 600),
        ROUND.format("{{ person.name }}{{ forloop.index }}" * 600),
        ROUND.format("a" * 20_000),
        "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | replace: 'a', x %}" * 9 + "{{ x }}",
        "{% assign x = 9999999999 %}" + "{% assign x = x | times: x %}" * 9 + "{{ x }}",
        "{% assign x = 'a,b' | split: ',' %}" + "{% assign x = x | concat: x %}" * 20 + "{{ x | join }}",
        "{{ person.name | append: person.long }}",
    ],
)
def test_too_much_work_is_refused(source):
    with pytest.raises(CannotRender):
        Text(source, COMPILED).render(context({"name": "Ann", "long": "a" * 2_000_000}))


@settings(max_examples=300, deadline=None)
@given(source=PROGRAMS, html=some.booleans())
def test_the_short_way_says_what_the_library_says(source, html):
    template, out = parse(source, COMPILED), Pieces()
    world = Sandbox(template, globals=WORLD, html=html)
    try:
        for node in template.nodes:
            node.render(world, out)
        long_way = "".join(out)
    except Exception:  # whatever the library raises, the short way must refuse as well
        long_way = None
    try:
        short_way = Text(source, COMPILED).render(WORLD, html=html)
    except CannotRender:
        short_way = None
    assert short_way == long_way


SOUP = some.lists(
    some.one_of(
        some.sampled_from(
            [
                "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=x>",
                "<a href=javascript:x>",
                "<a href=' java\nscript:x'>", "<style>p{}</style>", "<iframe src=//e.example>", "<base href=//e>",
                "<!--[if mso]><script>x</script><![endif]-->",
                "<p style='background:url(javascript:x)'>",
                "<math><style><img src=x onerror=y>", "<form action=x>", "<meta http-equiv=refresh>", "<b>",
                "</p>", "<table>", "<tr>", "{% if person.orders %}", "{% endif %}", "{{ person.orders }}", "<", ">",
                "<mj-text>", "</mj-text>", "<mj-button href='javascript:x'>", "</mj-button>", "<mj-raw>", "</mj-raw>",
                "<object data=x>", "<link rel=stylesheet href=//e.example/x.css>", '" onclick="x', "<!--", "-->",
            ]
        ),
        some.text(max_size=8),
    ),
    max_size=12,
).map("".join)  # fmt: skip
MJML = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
BAD_TAGS = {"script", "iframe", "form", "base", "object", "link", "svg", "math", "input", "embed"}


@settings(max_examples=400, deadline=None)
@given(source=SOUP, form=some.sampled_from(["html", "mjml", "mj-text", "blocks", "html block"]))
def test_authors_html_never_acts(source, form):
    shapes = {
        "html": (source, "html"), "mjml": (MJML.format(source), "mjml"),
        "mj-text": (MJML.format(f"<mj-text>{source}</mj-text>"), "mjml"),
        "blocks": ([{"kind": "text", "text": source}, {"kind": "heading", "text": source}], "blocks"),
        "html block": ([{"kind": "html", "html": source}], "blocks"),
    }  # fmt: skip
    try:
        page = prepared(*shapes[form]).render(context()).html
    except (ContentError, CannotRender):
        return
    for tag, *attributes in Shape(page).seen:
        assert tag not in BAD_TAGS
        assert not [name for name in (attributes[0] if attributes else ()) if name.startswith("on")]
    assert not [href for href in Shape(page).hrefs if "script:" in href.replace(" ", "").replace("\n", "").lower()]
    assert "e.example" not in page or "//e.example" in source


SIGNS = some.text(alphabet="{}%<>/\"'= |:.abmj-!\n", max_size=80)


@settings(max_examples=200, deadline=None)
@given(source=SIGNS, form=some.sampled_from(["html", "mjml", "text"]))
def test_any_text_is_compiled_or_refused_with_a_sentence(source, form):
    try:
        attempt(Prepared(compiled(source, form)), {})
    except ContentError as refused:
        assert refused.path and refused.message


@pytest.mark.parametrize("href", ["VALUE", "VALUE{{ links.view }}", "javaVALUE"])
@pytest.mark.parametrize("value", ["{{ person.name | default: 'x' }}", "{% cycle person.name, 'x' %}"])
def test_no_address_becomes_a_script(href, value):
    ready = prepared(f'<a href="{href.replace("VALUE", value)}">x</a>')
    for name in ("javascript:alert(1)//", " JavaScript:x", "script:x", "data:text/html,x", "vbscript:x"):
        made = ready.render(context({"name": name}))
        assert Shape(made.html).hrefs == ["#"] and "script:" not in made.text


def test_nothing_but_the_context_can_be_read():
    for name in ("person.__class__", "person.name.__class__", "person['__init__']", "forloop.it", "self", "settings"):
        source = f'{{{{ {name} | default: "nothing" }}}}'
        assert Text(source).render(context()) == "nothing"
