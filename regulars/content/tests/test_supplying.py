"""What rooms bring: blocks by shape, left out or skipped where there is nothing, amounts in words."""

from __future__ import annotations

import pytest

from regulars.content.actions import create_template, publish
from regulars.content.queries import seen_by, seen_by_nobody
from regulars.content.rendering import CannotRender, ContentError, Prepared, compile_variants
from regulars.content.supplying import in_words, look_up
from regulars.content.tests.mails import FACTS, context, prepared
from regulars.core.plugs import Supply, registry

TIER = {"title": "Gold", "text": "Free returns", "url": "https://shop.example/gold", "label": "What it means"}


@pytest.fixture
def brought(monkeypatch):
    """A room that knows the tier of person 7."""
    made = Supply(
        name="tier", label="Tier", room="loyalty", shape="card", sample=TIER,
        now=lambda people, at: {p: TIER for p in people if p == 7},
    )  # fmt: skip
    monkeypatch.setitem(registry.supplies, "tier", made)
    return made


def blocks(**more):
    source = [{"kind": "text", "text": "Hi"}, {"kind": "supplied", "what": "tier", "title": "You are", **more}]
    text = {"subject": "x", "format": "blocks", "source": source}
    return Prepared(compile_variants({"en": text}, facts=FACTS, shapes={"tier": "card"}))


def test_a_card_shows_what_there_is_and_is_left_out_where_there_is_nothing():
    made = blocks().render(context(tier=TIER))
    assert "Gold" in made.html and "Free returns" in made.text and "https://shop.example/gold" in made.html
    assert "You are" not in blocks().render(context()).html


def test_a_text_that_does_not_go_out_without_it_says_why():
    ready = blocks(if_nothing="skip")
    assert ready.needs == ("tier",) and "Gold" in ready.render(context(tier=TIER)).html
    with pytest.raises(CannotRender, match="There is no “tier” for this person"):
        ready.render(context())


def test_a_text_says_what_it_wants_and_how_much_of_it():
    text = {"subject": "x", "format": "blocks", "source": [{"kind": "products", "most": 3}]}
    text["source"].append({"kind": "text", "text": "{% for p in bought %}{{ p.name | default: '' }}{% endfor %}"})
    assert compile_variants({"en": text}, facts=FACTS)["en"]["supplied"] == {"products": 3, "bought": 12}


def test_amounts_and_days_are_in_words_of_the_language_and_words_stay(business):
    said = {
        "products": [{"price": {"minor": 129950, "currency": "EUR"}}],
        "voucher": {"until": {"day": "2026-03-01"}},
    }
    assert str(in_words(said, language="de")["products"][0]["price"]) == "1.299,50\xa0€"
    assert str(in_words(said, language="en")["voucher"]["until"]) == "1 March 2026"
    assert in_words({"order": {"number": 4711}}, language="en") == {"order": {"number": 4711}}


def test_looking_as_a_person_says_of_what_there_is_nothing(business, brought):
    assert look_up(["tier", "dance"], person_id=7, at=1).values == {"tier": TIER}
    nobody_has = look_up(["tier", "dance"], person_id=8, at=1)
    assert (nobody_has.values, nobody_has.nothing, nobody_has.unknown) == ({}, ["tier"], ["dance"])
    assert look_up(["tier"], person_id=-1, at=1).values == {"tier": TIER}


def test_the_last_look_reads_a_text_that_needs_something(business, brought):
    ready = blocks(if_nothing="skip")
    assert "Gold" in ready.render(seen_by_nobody(ready)).text
    with pytest.raises(CannotRender):
        ready.render(seen_by(ready, {}))


def test_a_text_that_needs_what_nothing_brings_is_not_published(business, monkeypatch, at):
    monkeypatch.delitem(registry.supplies, "voucher", raising=False)
    block = {"kind": "supplied", "what": "voucher", "if_nothing": "skip"}
    text = {"subject": "x", "format": "blocks", "source": [block, {"kind": "footer", "text": "Us"}]}
    made = create_template(name="T", draft={"en": text}, by="user:1", at=at)
    with pytest.raises(ContentError, match="nobody would get it"):
        publish(template_id=made.id, by="user:1", at=at)


def test_prices_that_a_caller_gives_as_text_stay():
    made = prepared([{"kind": "products"}], "blocks").render(context(products=[{"name": "Boot", "price": "£30"}]))
    assert "£30" in made.text
