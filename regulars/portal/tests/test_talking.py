"""Contact forms and chat boxes: who wrote reads the answer, nobody else does, and an address alone proves nothing."""

import re

import pytest
from django.apps import apps
from django.urls import reverse

from regulars.channels.models import Message
from regulars.channels.networks.accounts import connect, login_of
from regulars.channels.networks.kinds import open_line
from regulars.channels.networks.models import Author, Item
from regulars.channels.networks.shape import Saying, Seen, Who
from regulars.channels.networks.taking import take
from regulars.core.clock import MINUTE, now_us
from regulars.inbox.actions import CannotDo, erase_author, prove_author, undo_proof, write_note
from regulars.inbox.actions.taking import take_items
from regulars.inbox.models import Case, Proof
from regulars.people.actions import Sighting, erase_person, record_sightings
from regulars.people.models import Consent, Identifier, Node
from regulars.portal.actions.talking import KEPT_US, mail_answers
from regulars.portal.models import Talk
from regulars.portal.upkeep import forget_old
from regulars.team.models import AuditEntry

pytestmark = pytest.mark.django_db
TEXTS = ("CharField", "TextField", "JSONField", "SlugField")
FIELD = re.compile(r'name="(once|talk|mark)" value="([^"]*)"')


@pytest.fixture
def box(business, at):
    values = {"slug": "help", "headline": "How can we help?", "origins": "https://shop.example.com javascript:x a'b"}
    return connect(kind="box", values=values, by="user:1", at=at)


@pytest.fixture
def form(business, at):
    values = {"slug": "contact", "headline": "Write to us", "subjects": "Order, Size"}
    return connect(kind="form", values=values, by="user:1", at=at)


def hidden(answer) -> dict[str, str]:
    return dict(FIELD.findall(answer.content.decode()))


def write(client, path="/chat/help", text="Do you have size 38?", **more):
    page = hidden(client.get(path))
    page.pop("mark", None)
    return client.post(path, page | {"text": text} | more)


def answer(account, talk, text="Yes, we do.", key="case:1:2", at=None):
    """Our answer, as the desk's post is handed over."""
    item = Item.objects.filter(thread=talk.thread, ours=False).latest("id")
    saying = Saying(
        key, text, at or now_us(), reply_to=item.external, thread=talk.thread, to=talk.thread, private=True
    )
    return open_line(login_of(account)).say(saying)


def taken(at):
    while take_items(at):
        pass
    return Case.objects.get()


def test_a_visitor_who_never_confirmed_an_address_is_erased_by_the_conversation(client, form, business, settings):
    write(client, "/contact/contact", "My name is Anna Zorvex.", name="Anna Zorvex", email="anna@example.org")
    case, talk = taken(now_us()), Talk.objects.get()
    answer(form, talk, "Dear Anna Zorvex, yes.")
    taken(now_us())
    write_note(case_id=case.id, text="Zorvex called too", by="user:1", at=now_us())
    nobodies = Message.objects.filter(node_id__lt=0)
    assert nobodies.get().address == "anna@example.org"
    report = erase_author(case_id=case.id, reason="asked", by="user:1", at=now_us())
    assert report.rows["channels_item"] and not Talk.objects.exists() and nobodies.get().address == ""
    author, case = Author.objects.get(), Case.objects.get()
    assert author.external.startswith("erased:") and (author.name, author.node_id) == ("", None)
    assert (case.title, case.preview, case.outcome) == ("", "", "erased")
    for words in ("Zorvex", "anna@example.org", talk.thread):
        assert not everywhere(words), everywhere(words)
    entry = AuditEntry.objects.get(act="conversation.erase")
    assert (entry.by, entry.object, entry.details["reason"]) == ("user:1", f"case:{case.id}", "asked")


def everywhere(words):
    """Every row of the database that holds these words, in any column of text."""
    found = []
    for model in apps.get_models():
        columns = [f for f in model._meta.concrete_fields if f.get_internal_type() in TEXTS]
        rows = model.objects.values_list(*(f.attname for f in columns)) if columns else ()
        found += [(model._meta.db_table, row) for row in rows if words in str(row)]
    return found


def test_what_an_erased_visitor_wrote_does_not_come_back_and_a_fresh_conversation_may_begin(client, box, business):
    write(client, text="Forget me.")
    case, said = taken(now_us()), Item.objects.get()
    told = Seen(
        said.external, "chat", said.at, who=Who(said.thread), text="Forget me.", to_us=True, thread=said.thread
    )
    erase_author(case_id=case.id, reason="asked", by="user:1", at=now_us())
    assert take(account_id=box.id, heard=[told], at=now_us()).refused == 1 and not everywhere("Forget me.")
    write(client, text="Hello again.")
    assert Item.objects.filter(text="Hello again.").exists()


@pytest.mark.parametrize("reason", ["", "negative", "They asked to be erased"])
def test_nobody_is_erased_without_a_listed_reason(client, box, business, reason):
    write(client, text="Bad shop.")
    case = taken(now_us())
    with pytest.raises(CannotDo, match="but for a reason"):
        erase_author(case_id=case.id, reason=reason, by="user:1", at=now_us())
    assert Item.objects.get().text == "Bad shop."


def test_whoever_is_known_is_erased_as_a_person_and_not_by_a_conversation(client, box, business):
    write(client, text="It is me.")
    case, author = taken(now_us()), Author.objects.get()
    prove_author(author_id=author.id, proof="email", email="anna@example.org", by="user:1", at=now_us())
    with pytest.raises(CannotDo, match="known who this is"):
        erase_author(case_id=case.id, reason="asked", by="user:1", at=now_us())
    undo_proof(proof_id=Proof.objects.get().id, by="user:1", at=now_us())
    node = Node.objects.get(key=author.external)
    other = record_sightings(sightings=[Sighting("shop", (("user", "7"),), (("email", "anna@example.org"),), {}, (),
                                                 now_us())], source_id=node.source_id, at=now_us())  # fmt: skip
    with pytest.raises(CannotDo, match="known who this is"):
        erase_author(case_id=case.id, reason="asked", by="user:1", at=now_us())
    assert Node.objects.filter(id__in=other, person_id__isnull=False).exists()


def test_what_a_visitor_writes_is_an_item_for_the_inbox_and_theirs_to_see(client, box):
    assert write(client).status_code == 302
    item, author = Item.objects.get(), Author.objects.get()
    assert (item.kind, item.text, item.public, item.to_us) == ("chat", "Do you have size 38?", False, True)
    assert author.node_id is None and author.name.startswith("Visitor ")
    assert "Do you have size 38?" in client.get("/chat/help").content.decode()


def test_nobody_else_sees_a_conversation(client, box):
    from django.test import Client

    write(client)
    assert "size 38" not in Client().get("/chat/help").content.decode()
    for guess in ("", "x", Talk.objects.get().thread, Talk.objects.get().digest):
        assert Client().post(f"/talk/lines/{box.id}", {"talk": guess}).status_code == 404


def test_a_get_keeps_nothing_and_sets_no_secret(client, box):
    for _ in range(3):
        assert not [name for name in client.get("/chat/help").cookies if name.startswith("talk_")]
    assert not Talk.objects.exists() and not Item.objects.exists()


def test_sending_the_same_page_twice_is_writing_once(client, box):
    from django.test import Client

    page = hidden(client.get("/chat/help")) | {"text": "Hello"}
    assert [c.post("/chat/help", page).status_code for c in (client, Client(), client)] == [302] * 3
    assert Item.objects.count() == Talk.objects.count() == 1


def test_the_answer_appears_where_they_wrote_once_and_only_when_it_is_new(client, box):
    write(client)
    talk = Talk.objects.get()
    assert [answer(box, talk).state for _ in range(2)] == ["handed_off"] * 2
    said = hidden(client.get("/chat/help"))
    before = {"talk": said["talk"], "mark": "1:0"}
    shown = client.post(f"/talk/lines/{box.id}", before)
    assert shown.content.decode().count("Yes, we do.") == 1
    assert client.post(f"/talk/lines/{box.id}", {"talk": said["talk"], **hidden(shown)}).status_code == 204


def test_a_second_message_goes_into_the_same_conversation(client, box):
    write(client)
    write(client, text="And 39?")
    assert Item.objects.values("thread").distinct().count() == 1 and Item.objects.count() == 2


def test_in_a_frame_without_cookies_the_page_itself_holds_the_secret(box):
    from django.test import Client

    first = Client()
    shown = first.post("/chat/help/embed", hidden(first.get("/chat/help/embed")) | {"text": "Hello"})
    again = Client().post("/chat/help/embed", hidden(shown) | {"text": "Anybody?"})
    assert "Hello" in again.content.decode() and Talk.objects.count() == 1


def test_only_the_named_websites_may_show_it(client, box):
    framed = client.get("/chat/help/embed")
    assert "frame-ancestors https://shop.example.com;" in framed["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in framed and client.get("/chat/help")["X-Frame-Options"] == "DENY"


def test_another_website_cannot_write_in_a_visitors_name(client, box):
    page = hidden(client.get("/chat/help")) | {"text": "evil"}
    assert client.post("/chat/help", page, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/chat/help", page, headers={"Origin": "null"}).status_code == 403
    assert client.post("/chat/help", page, headers={"Origin": "http://testserver"}).status_code == 302


@pytest.mark.parametrize(
    ("more", "words"),
    [({"text": "  "}, "write your message"), ({"text": "x" * 4001}, "too long"), ({"email": "anna@"}, "check it")],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(client, box, more, words):
    wrong = write(client, **({"text": "My words"} | more))
    assert wrong.status_code == 422 and words in wrong.content.decode()
    assert more.get("text", "My words").strip() in wrong.content.decode() and not Item.objects.exists()


def test_programs_that_fill_in_everything_are_thanked_and_forgotten_and_haste_is_slowed(client, box):
    assert write(client, website="https://spam.example").status_code == 302
    assert not Item.objects.exists()
    answers = [write(client, text=f"{number}").status_code for number in range(25)]
    assert answers[0] == 302 and answers[-1] == 422 and Item.objects.count() < 21


def test_a_contact_form_asks_for_an_address_and_a_subject(client, form):
    assert write(client, "/contact/contact").status_code == 422
    assert write(client, "/contact/contact", email="Anna@Example.org", name="Anna", subject="Size").status_code == 302
    item = Item.objects.get()
    assert (item.kind, item.title, item.facts["email_typed"]) == ("form", "Size", "anna@example.org")
    assert Author.objects.get().name == "Anna"


def link() -> str:
    url = Message.objects.get(key__contains=":confirm-talk:").context["confirm_url"]
    return re.sub(r"^https?://[^/]+", "", url)


def test_an_address_proves_nothing_and_gets_no_answer_before_it_is_confirmed(client, box, at):
    write(client, email="anna@example.org")
    talk = Talk.objects.get()
    answer(box, talk)
    assert mail_answers(at=now_us() + 10 * MINUTE) == 0
    assert Author.objects.get().node_id is None and not Identifier.objects.exists()
    assert "anna" not in talk.said


def test_the_link_confirms_only_when_the_button_is_pressed_and_once(client, box):
    write(client, email="anna@example.org")
    for _scanner in range(3):
        assert client.get(link()).status_code == 200
    assert Talk.objects.get().confirmed_us is None
    assert client.post(link()).status_code == 200 and client.post(link()).status_code == 410
    node = Author.objects.get().node_id
    assert Identifier.objects.get(type="email").value == "anna@example.org" and Node.objects.get(id=node)
    assert not Consent.objects.exists()


def test_an_answer_that_was_not_seen_goes_by_mail_once_to_who_confirmed(client, box):
    write(client, email="anna@example.org")
    client.post(link())
    later = now_us() + MINUTE
    answer(box, Talk.objects.get(), at=later)
    assert mail_answers(at=later + MINUTE) == 0
    assert [mail_answers(at=later + n * MINUTE) for n in (3, 4)] == [1, 0]
    message = Message.objects.get(key__contains=":answer:")
    assert message.context["answer"] == "Yes, we do."


def test_an_answer_that_was_seen_on_the_page_is_not_mailed(client, box):
    write(client, email="anna@example.org")
    client.post(link())
    answer(box, Talk.objects.get(), at=now_us() - 1)
    client.post(f"/talk/lines/{box.id}", {"talk": hidden(client.get("/chat/help"))["talk"], "mark": ""})
    assert mail_answers(at=now_us() + 10 * MINUTE) == 0


def test_the_same_address_is_not_asked_again_and_again(client, box):
    for _ in range(4):
        write(client, email="anna@example.org")
    assert Message.objects.filter(key__contains=":confirm-talk:").count() == 1


def test_erasing_the_person_erases_where_answers_go(client, box, at):
    write(client, email="anna@example.org")
    client.post(link())
    node = Author.objects.get().node_id
    erase_person(person_id=Node.objects.get(id=node).person_id, by="user:1", at=now_us())
    assert not Talk.objects.exists()
    assert not Item.objects.exclude(text="").exists()


def test_old_conversations_are_nobodys_any_more(client, box):
    write(client)
    forget_old(at=now_us() + KEPT_US + 29 * 24 * 60 * MINUTE)
    assert Talk.objects.exists()
    forget_old(at=now_us() + KEPT_US + 31 * 24 * 60 * MINUTE)
    assert not Talk.objects.exists()


def test_what_was_taken_back_or_changed_shows_so(client, box):
    write(client)
    done = answer(box, Talk.objects.get())
    line = open_line(login_of(box))
    one = Saying("case:1:2", "No, sorry.", now_us() + 1, thread=Talk.objects.get().thread, private=True)
    line.edit(done.external, one)
    assert "No, sorry." in client.get("/chat/help").content.decode()
    assert line.remove(done.external) and not line.remove(done.external)
    assert "No, sorry." not in client.get("/chat/help").content.decode()


def test_the_page_speaks_the_visitors_language(client, box):
    assert "Ihre Nachricht" in client.get("/chat/help", headers={"Accept-Language": "de"}).content.decode()
    assert reverse("portal:chat", args=["help"]) == "/chat/help"
