"""The links in messages: they lead where the author's link led, and count whom they should."""

import pytest

from regulars.channels import links
from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.models import Feedback, Message
from regulars.content.actions import create_template, publish, save_draft
from regulars.core.clock import HOUR, now_us
from regulars.core.loops import LOOPS
from regulars.people.actions import Sighting, record_sightings

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone) Safari/605", "HTTP_ACCEPT_LANGUAGE": "en-GB"}
BLOCKS = [
    {"kind": "text", "text": "Hello {{ person.name | default: 'you' }}"},
    {"kind": "button", "label": "Cup", "href": "https://shop.example/cup?a=1&b=2"},
    {"kind": "button", "label": "Yours", "href": "https://shop.example/p/{{ sku | default: 'all' }}"},
    {"kind": "footer"},
]


@pytest.fixture
def message(business, at) -> Message:
    made = create_template(name="Cup", channel="email", kind="marketing", by="user:1", at=at)
    variant = {"subject": "Cup", "preheader": "", "format": "blocks", "source": BLOCKS}
    save_draft(template_id=made.id, language="en", variant=variant, by="user:1", at=at)
    version = publish(template_id=made.id, by="user:1", at=at)
    sighting = Sighting("shop", (("user", "a"),), (("email", "anna@example.org"),), {"name": "Anna <A>"}, (), at)
    anna = record_sightings(sightings=[sighting], source_id=0, at=at)[0]
    while LOOPS["profiles"].step(at):
        pass
    campaign = ensure_campaign(origin="broadcast:1", name="Cup", version_id=version.id, at=at)
    plan(campaign_id=campaign.id, items=[Planned("b:1:1", anna, at, {"sku": "x-9"})], at=at)
    Message.objects.update(handed_us=now_us() - HOUR, state=3, address="anna@example.org")
    return Message.objects.get()


def path(url: str) -> str:
    return url[url.index("/", 8) :]


def test_a_click_leads_to_the_authors_link_and_counts_once(client, message):
    for _twice in range(2):
        answer = client.get(path(links.click_url(message.id, 1)), **PHONE)
        assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/cup?a=1&b=2")
    assert list(Feedback.objects.values_list("kind", "verdict", "link")) == [("clicked", "human", 1)]


def test_a_link_of_ones_own_leads_to_ones_own_page(client, message):
    url = links.click_url(message.id, 2, "https://shop.example/p/x-9")
    assert client.get(path(url), **PHONE)["Location"] == "https://shop.example/p/x-9"


def test_scanners_are_led_on_too_but_counted_apart(client, message):
    client.head(path(links.click_url(message.id, 1)), **PHONE)
    client.get(path(links.open_url(message.id)), HTTP_USER_AGENT="Mozilla/5.0")
    assert set(Feedback.objects.values_list("kind", "verdict")) == {("clicked", "scanner"), ("opened", "proxy")}


def test_a_link_that_was_made_up_leads_nowhere(client, message):
    forged = links.make_token(links.Token("l", message.id, 9))
    assert client.get(f"/l/{forged}").status_code == 404
    assert client.get(f"/l/{forged[:-3]}abc").status_code == 404
    assert client.get("/o/nonsense.gif").status_code == 200
    assert not Feedback.objects.exists()


def test_the_message_is_shown_as_a_page_without_script_or_counting(client, message):
    answer = client.get(path(links.view_url(message.id)))
    shown = answer.content.decode()
    assert "Hello Anna &lt;A&gt;" in shown and "https://shop.example/p/x-9" in shown and "/l/" not in shown
    assert "sandbox" in answer["Content-Security-Policy"] and "script-src" not in answer["Content-Security-Policy"]
