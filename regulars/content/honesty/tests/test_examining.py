"""What the gate says of single texts."""

import pytest

from regulars.content.honesty import (
    CHANGE,
    CLEAR,
    SECOND,
    Context,
    Fact,
    Promise,
    Turn,
    admissions,
    digest_of,
    examine,
    whole,
)
from regulars.content.voice import Rules
from regulars.core.clock import DAY

NOW = 1_790_000_000_000_000
FACTS = (
    Fact(
        1, "Our hiking boots are waterproof.", subject="hiking boots", source="lab report 12", approved_us=NOW - DAY
    ),
    Fact(2, "Delivery within the UK takes 2 to 3 working days.", source="contract with the carrier"),
    Fact(3, "Delivery is free for orders over £50.", source="terms"),
    Fact(4, "We ship to Ireland and the UK.", source="terms"),
    Fact(5, "You can return unworn shoes within 30 days.", source="terms"),
    Fact(6, "Die Lieferung dauert 2 bis 3 Werktage.", language="de", source="Vertrag"),
    Fact(7, "The cycle workshop reopens on 3 October.", source="landlord", expires_us=NOW - DAY),
)


def look(text: str, asked: str = "", **known):
    facts = known.pop("facts", FACTS)
    context = Context(at=NOW, business="Northgate Sports", names=("Mia Smith",), asked=asked, facts=facts, **known)
    return examine(text, context)


def kinds(text: str, asked: str = "", **known) -> set[str]:
    return {finding.kind for finding in look(text, asked, **known).findings}


def test_thanks_need_nobody():
    assert look("Thanks for the kind words, see you on the trail!").verdict == CLEAR


def test_a_claim_that_a_statement_supports_is_clear_and_names_it():
    seen = look("Our hiking boots are waterproof.")
    assert (seen.verdict, seen.leans_on) == (CLEAR, ((1, 1),))
    assert "lab report 12" in seen.findings[0].says


@pytest.mark.parametrize(
    "text",
    [
        "Our hiking boots never leak.",
        "Our trail shoes are waterproof.",
        "It is fixed.",
        "You get a full refund.",
        "We guarantee it.",
        "Our boots are better than theirs.",
        "It costs £12.",
        "The shop opens on Monday.",
        "Unsere Schuhe sind garantiert schadstofffrei.",
        "Das ist behoben.",
        "Sie bekommen Ihr Geld zurück.",
    ],
)
def test_a_claim_that_nothing_supports_needs_a_second_person(text):
    assert look(text).verdict != CLEAR and kinds(text) & {"claim-unsupported", "promise"}


def test_a_claim_that_a_statement_denies_must_be_changed():
    assert look("Our hiking boots are not waterproof.").verdict == CHANGE
    assert "claim-contradicted" in kinds("Delivery within the UK takes 5 working days.")


SHOP = (
    Fact(8, "Our shops are open Monday to Saturday from 9:30 to 18:00.", source="doors"),
    Fact(9, "All four shops are closed on Sundays.", source="doors"),
    Fact(10, "Calder boots are taken back in every shop, also without a receipt.", source="decision"),
    Fact(11, "What was bought online can be returned in every shop within 30 days.", source="terms"),
)


@pytest.mark.parametrize(
    "text",
    [
        "New in the shops this week: have a look.",
        "All four shops are closed on Sundays; Monday to Saturday they are open from 9:30 to 18:00.",
        "Calder boots are taken back in every shop.",
    ],
)
def test_a_statement_about_something_else_contradicts_nothing(text):
    assert "claim-contradicted" not in kinds(text, facts=SHOP)


def test_a_number_that_no_statement_has_still_contradicts():
    assert "claim-contradicted" in kinds("What was bought online can be returned within 60 days.", facts=SHOP)
    assert "claim-contradicted" in kinds("Calder boots are not taken back in every shop.", facts=SHOP)


def test_a_statement_said_without_its_condition_does_not_count():
    assert "claim-weaker" in kinds("Delivery is free.")
    assert look("Delivery is free for orders over £50.").verdict == CLEAR


def test_an_expired_statement_supports_nothing_and_is_named():
    assert "claim-expired" in kinds("The cycle workshop reopens on 3 October.")


def test_yes_is_a_claim_when_it_answers_a_question():
    assert look("Yes, we do.", "Do you ship to Ireland?").verdict == CLEAR
    assert look("Yes, we do.", "Do you ship to France?").verdict == SECOND
    assert "claim-contradicted" in kinds("No, we don't.", "Do you ship to Ireland?")


def test_numbers_of_the_other_side_may_be_said_back_to_them():
    assert look("I am sorry that you waited 3 weeks.", "I waited 3 weeks!!").verdict == CLEAR
    assert look("Delivery takes 3 weeks.", "I waited 3 weeks!!").verdict != CLEAR


def test_a_question_gets_an_answer_of_its_kind_or_an_honest_not_yet():
    when = "When will my bike be ready?"
    assert "unanswered" in kinds("Thanks for asking!", when)
    assert "unanswered" not in kinds("We do not know yet, I am asking the workshop.", when)
    assert "unanswered" not in kinds("It is ready on Friday.", when)
    assert "unanswered" in kinds("Danke für die Frage!", "Warum ist der Laden zu?")
    assert "unanswered" not in kinds("Weil das Dach undicht war.", "Warum ist der Laden zu?")


def test_a_public_question_is_not_sent_into_private():
    assert "moved-away" in kinds("Please send us a DM.", "When do you open on Sundays?")
    assert "moved-away" not in kinds("Please send us a DM.", "Where is my parcel?")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("non-apology", "We're sorry if you feel that way."),
        ("non-apology", "Wir bedauern etwaige Unannehmlichkeiten."),
        ("blame", "You should have read the label."),
        ("blame", "Hätten Sie die Anleitung gelesen, wäre das nicht passiert."),
        ("denial", "That is simply not true."),
        ("denial", "Das kann nicht sein."),
        ("promise", "We will look after it soon."),
        ("promise", "Wir kümmern uns schnellstmöglich."),
        ("pretends", "As a customer, I love this shop."),
        ("prompt", "As an AI language model I cannot say."),
        ("leftover", "Dear [name], thanks."),
        ("leftover", "Dear {{ person.first_name }}, thanks."),
        ("private", "Your order 10023 is on its way to anna@example.com."),
        ("private", "Wir liefern in die Bahnhofstraße 12."),
        ("hidden", "Thanks\u200b!"),
        ("look-alike", "Th\u0430nks!"),
    ],
)
def test_what_must_not_be_said_is_found(kind, text):
    assert kind in kinds(text, "Your boots fell apart after a week")


def test_denying_after_looking_is_allowed():
    text = "We checked the batch with the maker, and it is not true that the sole contains lead."
    assert "denial" not in kinds(text, "The sole is full of lead!")


def test_a_promise_with_a_name_and_a_day_is_one():
    assert look("I will call you tomorrow. – Mia").verdict == CLEAR
    noted = (Promise("call back", "user:7", NOW + DAY),)
    assert "promise" not in kinds("We will call you back.", promises=noted)


def test_who_signs_for_the_shop_has_signed():
    for name in ("Anna at Northgate", "Anna, Northgate Sports"):
        assert "promise" not in kinds(f"I will call you tomorrow. – {name}")
    assert "promise" in kinds("I will call you tomorrow - straight from the shop in Leeds, or from York")


def test_a_fault_we_admitted_is_not_spoken_around():
    known = {"admitted": ("The payment page charged some cards twice.",)}
    assert "hidden-fault" in kinds("We love hearing from you!", "Why was my card charged twice on the page?", **known)
    text = "Because the payment page charged some cards twice. That was our mistake."
    assert "hidden-fault" not in kinds(text, "Why was my card charged twice on the page?", **known)


def test_who_joins_a_conversation_uninvited_says_who_they_are():
    assert "undisclosed" in kinds("Have a look at gaiters!", invited=False)
    assert "undisclosed" not in kinds("Northgate Sports here: have a look at gaiters!", invited=False)
    assert "undisclosed" in kinds("Have a look at gaiters!", as_business=False)
    assert "undisclosed" in kinds("Thanks, we read it in the morning.", automatic=True)


def test_the_same_words_to_many_are_noticed():
    text = "Thank you for your message, your opinion matters to us and we pass it on to the team."
    before = tuple(Turn(text, ours=True) for _ in range(2))
    assert "canned" in kinds(text, previous=before)
    assert "canned" not in kinds(text, previous=before[:1])


def test_a_correction_begins_with_the_fact():
    known = {"purpose": "correction", "rumour": "Northgate tests its creams on animals"}
    assert "fact-first" in kinds("It is not true that Northgate tests its creams on animals.", **known)
    assert "fact-first" not in kinds("The makers of our creams publish how they test them.", **known)


def test_the_brands_voice_is_checked():
    rules = Rules(
        avoid=[{"word": "cheap", "why": "We say good value."}], disclosures=[{"text": "Ad", "when": ["partner"]}]
    )
    assert look("That sounds cheap to us.", voice=rules).verdict == SECOND
    assert look("Our partner has some.", voice=rules).verdict == CHANGE


def test_a_language_that_cannot_be_read_needs_somebody_who_can():
    for text in (
        "Notre produit est toujours sans danger.",
        "Спасибо за сообщение",
        "Dziękujemy, to jest bardzo dobre",
    ):
        assert "unread" in kinds(text) and look(text).verdict != CLEAR


def test_our_own_address_may_be_told():
    assert "private" in kinds("Write to help@northgate.example")
    assert "private" not in kinds("Write to help@northgate.example", own=("help@northgate.example",))
    assert "private" not in kinds("Write to help@northgate.example", public=False)


def test_a_drive_of_five_hours_is_no_address_and_a_year_no_birthday():
    assert "private" not in kinds("It is a 5 hour drive, and the shop was born in 1985.")
    assert "private" in kinds("You live at 12 Long Mill Lane, born on 3.4.1985.")


def test_what_we_know_of_a_person_is_found_however_it_is_spaced():
    assert "private" in kinds("Dear Anna  Miller, thanks", private=("Anna Miller",))


def test_an_emoji_of_several_signs_hides_nothing():
    assert look("Thanks 👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪!").verdict == CLEAR


def test_the_verdict_is_bound_to_the_exact_text():
    text = whole("Hello", title="Boots", alts=("A boot",))
    assert look(text).digest == digest_of(text) != digest_of(text + " ")


def test_a_clearance_ends_with_the_first_statement_it_leans_on():
    fact = Fact(1, "Our hiking boots are waterproof.", expires_us=NOW + DAY)
    assert look("Our hiking boots are waterproof.", facts=(fact,)).until_us == NOW + DAY


def test_every_finding_shows_its_place_and_what_to_do():
    seen = look("We're sorry if you feel that way. It costs £12.", "How much is it?")
    assert all(finding.says and finding.do for finding in seen.findings)
    assert {"We're sorry if you feel that way. It costs £12."[f.start : f.end] for f in seen.findings} >= {"sorry if"}


@pytest.mark.parametrize("text", ["Our balls float.", "The knife holds its edge.", "We roast the beans ourselves.",
                                  "You can park in the yard.", "Wir rösten den Kaffee selbst."])  # fmt: skip
def test_a_plain_assertion_without_a_claiming_word_needs_a_second_person(text):
    seen = look(text, facts=())
    assert seen.verdict == SECOND and [one.kind for one in seen.findings] == ["claim-unsupported"]


def test_a_plain_assertion_is_supported_only_by_a_statement_that_says_all_of_it():
    fact = (Fact(1, "The café serves oat milk and cow's milk.", subject="café", source="menu"),)
    assert look("The café serves oat milk.", facts=fact).verdict == CLEAR
    assert look("The café serves almond milk.", facts=fact).verdict == SECOND


def test_what_they_told_us_may_be_said_back_to_them():
    told = "The strap of my bag came off on the first day"
    assert look("Oh no, the strap came off!", told).verdict == CLEAR
    assert look("The strap holds.", "Does the strap hold?", facts=()).verdict == SECOND


def test_a_sentence_is_objected_to_once_for_the_strongest_reason():
    seen = look("You will get a free refund soon, guaranteed.")
    objections = [one for one in seen.findings if one.kind.startswith(("claim-", "promise"))]
    assert [one.kind for one in objections] == ["promise"] and seen.verdict == CHANGE


def test_what_supports_a_sentence_is_leant_on_even_where_another_part_of_it_is_objected_to():
    seen = look("We ship to Ireland, and our boots never leak.")
    assert [one.kind for one in seen.findings] == ["claim-unsupported"]
    assert (4, 1) in seen.leans_on


def test_an_admission_is_found_with_the_words_that_name_the_fault():
    said = "Hello Ann. That was our mistake. Some cards were charged twice on Monday. See you soon!"
    assert admissions([said, "Thank you for the photo."]) == (
        "That was our mistake. Some cards were charged twice on Monday.",
    )


HOURS = (
    Fact(8, "Our shops are open Monday to Saturday from 9:30 to 18:00.", subject="opening hours", source="doors"),
    Fact(9, "All four shops are closed on Sundays.", subject="opening hours", source="doors"),
)
BOTH = (Fact(10, "We are open Monday to Saturday, closed on Sundays.", subject="opening hours", source="doors"),)
WALL = (Fact(11, "Der Laden in Leeds ist sonntags geschlossen.", language="de", source="Aushang"),)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("We are open on Sundays.", HOURS), ("Our shops are open on Sundays.", HOURS),
        ("All our shops are open on Sundays.", HOURS), ("Our shops are not closed on Sundays.", HOURS),
        ("We are open on Sundays.", BOTH), ("Der Laden in Leeds ist sonntags offen.", WALL),
    ],
)  # fmt: skip
def test_the_opposite_of_a_statement_is_never_supported_by_it(text, facts):
    found = look(text, facts=facts, language="de" if facts is WALL else "en")
    assert found.verdict != CLEAR, found.findings


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Our shops are closed on Sundays.", ""), ("Our shops are not open on Sundays.", ""),
        ("We are open Monday to Saturday from 9:30 to 18:00.", ""),
    ],
)  # fmt: skip
def test_saying_a_statement_with_its_opposite_denied_is_saying_it(text, asked):
    assert look(text, asked, facts=HOURS).verdict == CLEAR
