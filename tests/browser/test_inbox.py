"""The desk in a real browser: keys, who else writes, what is public, what arrives, three steps on a telephone."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from regulars.channels.networks.models import Post
from regulars.channels.networks.posting import look_some, say_some
from regulars.channels.networks.reading import hear as heard
from regulars.channels.networks.shape import Heard
from regulars.channels.tests.networks.pretend import connected, pretended
from regulars.core.clock import HOUR, MINUTE, SECOND, now_us
from regulars.inbox import actions
from regulars.inbox.loops import take_due
from regulars.inbox.models import Case, Entry
from regulars.team.models import User
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS, _sign_in

SAYS = (
    "Where is my order?",
    "Do you have the Terra jacket in size 44?",
    "The zip of my tent broke on day one.",
)
PAUSES = "window.pauses = []; const real = setInterval; setInterval = (f, ms) => (pauses.push(ms), real(f, ms))"


@pytest.fixture
def there(business, settings, tmp_path):
    """A network in memory; three people wrote in public, one in private, one passer-by answered in between."""
    settings.REGULARS_HOME = tmp_path
    at = now_us()
    with pretended() as network:
        network.account = connected(at=at - HOUR, name="Northgate on Pretend")
        for n, text in enumerate(SAYS):
            network.says(text, at=at - (30 - n) * MINUTE, thread=f"t{n}")
        network.says("Following this.", at=at - 20 * MINUTE, thread="t0", parent="i1", to_us=False)
        network.says("My address is 1 High Street.", at=at - 15 * MINUTE, thread="t9", kind="dm", public=False)
        read(network)
        yield network


def read(network) -> None:
    """What is said there is read, and becomes conversations."""
    heard(account_id=network.account.id, heard=Heard(tuple(network.items)), at=now_us())
    while take_due(now_us()):
        pass


def send_out(network) -> None:
    """What waits is handed over and looked for."""
    while say_some(account_id=network.account.id, at=now_us()):
        pass
    look_some(account_id=network.account.id, at=now_us() + 10 * SECOND)
    while take_due(now_us()):
        pass


def of(text: str) -> Case:
    return Case.objects.get(id=Entry.objects.get(text=text).case_id)


def open_it(tab, case: Case) -> None:
    tab.goto(reverse("web:case", args=[case.id]) + "?box=open")
    expect(tab.locator("#talk-title")).to_be_visible()


def test_a_public_question_is_answered_by_keys_alone(tab, owner, there):
    tab.goto(reverse("web:inbox") + "?box=open")
    expect(tab.locator(".rows > li")).to_have_count(4)
    tab.keyboard.press("/")
    tab.keyboard.type("order")
    tab.keyboard.press("Enter")
    expect(tab.locator(".rows > li")).to_have_count(1)
    expect(tab.locator(".rows > li .reads.public")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    expect(tab.locator("#thread")).to_contain_text(SAYS[0])
    expect(tab.locator("#thread .turn.other")).to_contain_text("Following this.")
    assert "/inbox/" in tab.url
    tab.keyboard.press("r")
    expect(tab.locator(".reader.public")).to_have_text("PUBLIC – anyone can read this")
    tab.keyboard.type("Thanks for asking. It left us this morning.")
    expect(tab.locator("#count")).to_have_text(str(300 - 43))
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("#thread .turn.ours")).to_contain_text("It left us this morning.")
    post = Post.objects.get()
    assert post.public and post.item_id == Entry.objects.get(text=SAYS[0]).item_id
    assert tab.evaluate("performance.getEntriesByType('navigation').length") == 1  # never reloaded
    assert tab.evaluate("window.history.length") > 1


def test_new_words_and_the_state_of_our_answer_appear_by_themselves(tab, owner, there):
    case = of(SAYS[0])
    open_it(tab, case)
    there.says("Hello? Anybody?", at=now_us(), thread="t0", who=there.items[0].who)
    read(there)
    expect(tab.locator("#thread")).to_contain_text("Hello? Anybody?")
    expect(tab.locator("#aloud")).to_contain_text("Hello? Anybody?")
    tab.locator("#text").fill("It arrives on Tuesday.")
    tab.get_by_role("button", name="Answer in public").click()
    expect(tab.locator("#thread .turn.ours .post .tag")).to_contain_text("held: a second person looks at it first")
    second = User.objects.create_user("mo@example.com", name="Mo Marketer", role="marketer")
    answer = Entry.objects.get(kind="answer")
    actions.approve_answer(entry_id=answer.id, by=second.by, at=now_us(), overrule="The carrier says so.")
    send_out(there)
    expect(tab.locator("#thread .turn.ours .post .tag")).to_have_text("there")


def test_who_else_writes_is_seen_within_a_second_and_nobody_answers_twice(tab, owner, there, chromium, live_server):
    case, ann = of(SAYS[1]), User.objects.create_user("ann@example.com", name="Ann Agent", role="agent")
    tab.add_init_script(PAUSES)
    open_it(tab, case)
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["wide"])
    _sign_in(context, ann, live_server.url)
    other = context.new_page()
    open_it(other, case)
    expect(tab.locator("#others")).to_contain_text("Ann Agent has this open, too.")
    tab.locator("#text").fill("Yes, in Leeds. Shall we put one aside?")
    with other.expect_response("**?typing"):
        other.locator("#text").press_sequentially("Yes")
    with tab.expect_request("**/beat?*") as asked:  # the next time the page asks, whenever a slow machine lets it
        pass
    assert "Ann Agent is writing just now." in asked.value.response().json()["others"]
    expect(tab.locator("#others")).to_contain_text("Ann Agent is writing just now.")
    assert min(tab.evaluate("pauses")) < 1_000
    actions.write_answer(case_id=case.id, text="I called them.", way="phone", by=ann.by, at=now_us())
    tab.get_by_role("button", name="Answer in public").click()
    expect(tab.locator(".both")).to_contain_text("I called them.")
    expect(tab.locator(".both")).to_contain_text("Shall we put one aside?")
    expect(tab.locator("#text")).to_have_value("Yes, in Leeds. Shall we put one aside?")
    assert Post.objects.count() == 0
    context.close()


def test_private_words_are_marked_private_and_answered_in_private(tab, owner, there):
    open_it(tab, of("My address is 1 High Street."))
    expect(tab.locator(".talk-head .reads.private")).to_be_visible()
    assert not tab.locator(".talk-head .reads.public").count()
    expect(tab.locator(".reader.private")).to_contain_text("Private to Some One 5")
    tab.locator("#text").fill("Thank you, we have it.")
    tab.get_by_role("button", name="Answer in private").click()
    expect(tab.locator("#thread .turn.ours.private")).to_contain_text("Thank you, we have it.")
    assert not Post.objects.get().public


def test_several_are_closed_at_once_and_that_is_undone(tab, owner, there):
    tab.goto(reverse("web:inbox") + "?box=open")
    for key in ("j", "x", "j", "x"):
        tab.keyboard.press(key)
    bar = tab.locator("#bulk")
    expect(bar).to_be_visible()
    bar.get_by_text("Close", exact=True).click()
    bar.get_by_role("button", name="Answered", exact=True).click()
    expect(tab.locator("#toasts")).to_contain_text("Done with 2 of them.")
    assert Case.objects.filter(closed_us__isnull=False).count() == 2
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#toasts")).to_contain_text("2 are as they were.")
    assert not Case.objects.filter(closed_us__isnull=False).exists()


def test_what_angers_is_said_beside_the_text_while_it_is_written(tab, owner, there):
    open_it(tab, of(SAYS[2]))
    tab.locator("#text").fill("We are sorry if you feel that way.")
    expect(tab.locator(".finding").first).to_be_visible()
    expect(tab.locator(".finding").first).to_contain_text("What to do:")


def test_hiding_needs_a_reason_and_negative_is_none(tab, owner, there):
    open_it(tab, of(SAYS[2]))
    tab.get_by_text("Hide or delete").first.click()
    form = tab.locator("#thread form").first
    expect(form).to_contain_text("Being negative is no reason.")
    form.get_by_label("Spam").check()
    form.get_by_role("button", name="Hide").click()
    expect(tab.locator("#toasts .toast")).to_be_visible()
    tab.goto(reverse("web:inbox_hidden"))
    expect(tab.get_by_text("Spam").first).to_be_visible()


def test_a_telephone_shows_list_conversation_and_person_as_three_steps(tab, owner, there):
    tab.set_viewport_size(WIDTHS["narrow"])
    tab.goto(reverse("web:inbox") + "?box=open")
    expect(tab.locator("#talk")).not_to_be_visible()
    tab.locator("a.to-talk").first.click()
    expect(tab.locator("#thread")).to_be_visible()
    expect(tab.locator("#list")).not_to_be_visible()
    tab.get_by_role("link", name="Person", exact=True).click()
    expect(tab.locator("#beside")).to_be_visible()
    tab.get_by_role("link", name="Conversation", exact=True).click()
    tab.get_by_role("link", name="List", exact=True).click()
    expect(tab.locator("#list")).to_be_visible()


def test_above_the_keyboard_of_a_telephone_stand_the_last_words_and_the_answer(tab, owner, there):
    tab.set_viewport_size(WIDTHS["narrow"])
    open_it(tab, of(SAYS[2]))
    tab.set_viewport_size({"width": 390, "height": 460})  # the keyboard takes the rest
    tab.locator("#text").click()
    tab.keyboard.type("Please bring it in, we mend it.")
    expect(tab.locator("#findings .finding").first).to_be_visible()
    expect(tab.locator("#talk .toolbar")).to_be_hidden()
    for seen in ("#talk-title", "#thread > li:last-child .bubble", "#text", "#compose button.primary:visible"):
        expect(tab.locator(seen)).to_be_in_viewport(ratio=0.6)
    assert tab.locator(".talk-head").bounding_box()["height"] < 50
    tab.locator("#text").blur()
    expect(tab.locator("#talk .toolbar")).to_be_visible()


def test_one_button_leads_and_the_saved_replies_are_whole(tab, owner, there):
    open_it(tab, of(SAYS[2]))
    expect(tab.locator("#talk button.primary:visible")).to_have_count(1)
    tab.locator("details[data-key=i] > summary").click()
    box = tab.locator(".compose details[data-key=i] .menu-list")
    corner = "document.elementFromPoint(e.getBoundingClientRect().left + 20, e.getBoundingClientRect().top + 8)"
    assert box.evaluate(f"e => e.contains({corner})") and tab.locator("[name=reply_q]").bounding_box()["width"] > 200


def test_pages_of_the_inbox_fit_and_have_no_serious_fault(tab, owner, there):
    actions.save_label(name="Refund", by=owner.by, at=now_us())
    actions.add_label(case_id=of(SAYS[0]).id, label="Refund", by=owner.by, at=now_us())
    names = ("inbox_numbers", "inbox_hidden", "inbox_replies", "inbox_macros", "inbox_rules", "inbox_rule_new",
             "inbox_labels", "inbox_desk")  # fmt: skip
    pages = [reverse(f"web:{name}") for name in names]
    pages += [reverse("web:inbox") + f"?box={box}" for box in ("open", "waiting", "soon", "held", "closed")]
    pages += [reverse("web:case", args=[of(text).id]) for text in (SAYS[0], "My address is 1 High Street.")]
    found = {}
    for address in pages:
        found[address] = [] if tab.goto(address).status == 200 else ["not there"]
        for size, theme in LOOKS:
            tab.set_viewport_size(WIDTHS[size])
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found[address] += [f"{size}, {theme}: {fault}" for fault in faults(tab)]
            if (wider := too_wide(tab)) > 0:
                found[address].append(f"{size}: {wider} pixels wider than the screen")
    assert {address: problems for address, problems in found.items() if problems} == {}
