"""Lists kept by hand: made, filled by finding and by pasting, emptied again, and every step undone."""

import pytest
from django.urls import reverse

from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.people.actions import merge_people
from regulars.people.models import Node
from regulars.segments.actions import create_list
from regulars.segments.queries import list_page, list_size, people_in
from regulars.team.models import User
from regulars.web.tests.test_person import settle


@pytest.fixture
def cast(transactional_db, business, at) -> dict[str, int]:
    """Alice with a phone, Bob with a card; Chen and Dora share an e-mail address, on two unrelated tills."""
    tills = [create_source(name=name, namespace=name, by="system", at=at) for name in ("one", "two")]
    known = [
        (0, "a", {"name": "Alice", "email": "alice@shop.test", "phone": "+447700900123"}),
        (0, "b", {"name": "Bob", "email": "bob@shop.test"}),
    ]
    for n, (till, key, traits) in enumerate(known):
        item = {"type": "identify", "userId": key, "messageId": f"m{n}", "traits": traits}
        take_in(source_id=tills[till].id, items=[item], at=at)
    settle(at)
    return {key: Node.objects.get(key=key).person_id for key in ("a", "b")}


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def on(segment) -> list[int]:
    return sorted(row.person_id for row in list_page(segment_id=segment.id).rows)


def undo_of(response) -> str:
    """The address in the form of the last toast."""
    toasts = response.content.decode().split('id="toasts"', 1)[1]
    return toasts.rsplit('action="', 1)[1].split('"', 1)[0].replace("&amp;", "&")


@pytest.fixture
def guests(transactional_db, business, at):
    return create_list(name="Guests", by="user:1", at=at)


def test_a_list_is_made_and_filled_with_what_was_pasted(browser, cast, at):
    pasted = "Alice A <ALICE@shop.test>, b; stranger@shop.test\n07700 900123"
    page = browser.post(reverse("web:list_new"), {"name": "Guests", "pasted": pasted})
    segment = page.context["segment"]
    assert on(segment) == sorted(cast.values())
    assert page.context["left"].nobody == ["stranger@shop.test"]
    assert "stranger@shop.test</textarea>" in page.content.decode()
    settle(at)
    assert people_in(segment.id) == sorted(cast.values())


def test_pasting_says_who_was_on_it_already_and_is_undone_exactly(browser, cast, guests):
    address = reverse("web:list_edit", args=[guests.id])
    browser.post(address, {"pasted": "alice@shop.test"})
    page = browser.post(address, {"pasted": "alice@shop.test\nbob@shop.test"}, follow=True)
    assert "1 person was put on the list. 1 was on it already." in page.content.decode()
    browser.post(undo_of(page))
    assert on(guests) == [cast["a"]]


def test_somebody_is_found_put_on_taken_off_and_put_on_again_by_undoing(browser, cast, guests):
    address = reverse("web:list_edit", args=[guests.id])
    found = browser.get(address, {"q": "ali"})
    assert [row.person.id for row in found.context["rows"]] == [cast["a"]]
    browser.post(address, {"person": cast["a"], "q": "ali"})
    assert on(guests) == [cast["a"]]
    off = browser.post(reverse("web:list_change", args=[guests.id]), {"person": cast["a"]}, follow=True)
    assert on(guests) == []
    browser.post(undo_of(off))
    assert on(guests) == [cast["a"]]


def test_what_several_people_share_puts_nobody_on(browser, cast, guests, at):
    other = create_source(name="Other", namespace="other", by="system", at=at)
    item = {"type": "identify", "userId": "a", "messageId": "x", "traits": {"name": "Another with the number a"}}
    take_in(source_id=other.id, items=[item], at=at)
    settle(at)
    page = browser.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "a"})
    assert page.context["left"].several == ["a"]
    assert on(guests) == []


def test_somebody_merged_stands_on_a_list_once(browser, cast, guests, at):
    browser.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "alice@shop.test\nbob@shop.test"})
    merge_people(a=cast["a"], b=cast["b"], by="user:1", at=at, evidence={})
    assert list_size(guests.id) == 1
    page = browser.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "bob@shop.test"}, follow=True)
    assert "0 people were put on the list. 1 was on it already." in page.content.decode()


def test_a_list_shows_its_people_at_once_and_gives_them_as_a_file(browser, cast, guests):
    browser.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "alice@shop.test"})
    page = browser.get(reverse("web:segment", args=[guests.id]))
    assert "Guests: 1 person" in page.content.decode()
    file = browser.get(reverse("web:segment", args=[guests.id]) + "?format=csv")
    assert b"alice@shop.test" in b"".join(file.streaming_content)


@pytest.mark.parametrize("tab", ["", "tab=changes&"])
def test_who_is_in_and_who_came_and_went_are_given_as_files(browser, cast, guests, at, tab):
    browser.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "alice@shop.test"})
    settle(at)
    file = browser.get(reverse("web:segment", args=[guests.id]) + f"?{tab}format=csv")
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 2 and f"{cast['a']}," in lines[1]


def test_who_may_not_change_segments_sees_no_buttons_and_changes_nothing(client, cast, guests):
    reader = User.objects.create_user("reader@example.com", "three random words", role="reader")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert "Put people on it" not in client.get(reverse("web:segment", args=[guests.id])).content.decode()
    assert client.post(reverse("web:list_edit", args=[guests.id]), {"pasted": "b"}).status_code == 403
    assert on(guests) == []


def test_a_live_segment_has_no_page_for_hands(browser, guests, at):
    from regulars.segments.actions import create_segment

    live = create_segment(
        name="Live", definition={"all": [{"fact": "orders", "op": ">=", "value": 1}]}, by="user:1", at=at
    )
    assert browser.get(reverse("web:list_edit", args=[live.id])).status_code == 404


def test_a_list_is_renamed_and_a_taken_name_is_refused_in_words(browser, guests, at):
    create_list(name="Others", by="user:1", at=at)
    address = reverse("web:list_rename", args=[guests.id])
    browser.post(address, {"name": "VIPs", "description": "For the gala"})
    guests.refresh_from_db()
    assert (guests.name, guests.description) == ("VIPs", "For the gala")
    page = browser.post(address, {"name": "Others"}, follow=True)
    assert "called “Others” already" in page.content.decode()


def test_a_segment_that_was_just_made_says_that_it_is_being_counted_not_that_nobody_is_in_it(browser, cast, at):
    from regulars.segments.actions import create_segment

    definition = {"event": "Order Completed", "measure": "count", "op": ">=", "value": 1}
    made = create_segment(name="Buyers", definition=definition, by="user:1", at=at)
    page = browser.get(reverse("web:segment", args=[made.id])).content.decode()
    assert "Buyers: being counted" in page and "Nobody is in this segment" not in page
    settle(at)
    page = browser.get(reverse("web:segment", args=[made.id])).content.decode()
    assert "being counted" not in page and "Nobody is in this segment now" in page
