"""Statements: written by one, approved by another, in force until they expire."""

import pytest

from regulars.content.clearing.queries import context_for
from regulars.content.factbase import actions, drafting, queries
from regulars.content.factbase.actions import CannotState, Wording
from regulars.content.honesty import CLEAR, examine
from regulars.content.signals import StatementsEnding
from regulars.content.upkeep import warn_of_expiry
from regulars.core import signals
from regulars.core.clock import DAY
from regulars.team.actions import add_member
from regulars.team.models import AuditEntry

pytestmark = pytest.mark.django_db
MIA, PRIYA = "user:1", "user:2"


def write(text="Our hiking boots are waterproof.", *, at, kind="fact", approved=True, **more):
    wording = Wording(text=text, source=more.pop("source", "lab report 12"), **more)
    made = actions.write(kind=kind, wording=wording, owner=MIA, by=MIA, at=at)
    if approved:
        actions.approve(statement_id=made.id, number=1, by=PRIYA, at=at)
    return made


def told(at) -> list[str]:
    return [row.text for row in queries.in_force(at=at)]


def test_what_is_written_counts_only_after_somebody_else_approved_it(at):
    made = write(at=at, approved=False)
    assert told(at) == []
    with pytest.raises(CannotState, match="somebody else"):
        actions.approve(statement_id=made.id, number=1, by=MIA, at=at)
    actions.approve(statement_id=made.id, number=1, by=PRIYA, at=at)
    assert told(at) == ["Our hiking boots are waterproof."]
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"statement.write", "statement.approve"}


def test_the_owner_of_a_shop_of_one_approves_their_own_words_and_that_is_marked_and_audited(at):
    lone = add_member(email="lone@example.com", name="Lone", role="owner", by="system", at=at)
    add_member(email="ari@example.com", name="Ari", role="agent", by="system", at=at)
    wording = Wording(text="Our alpine climbing boots are waterproof.", source="lab report 12")
    made = actions.write(kind="fact", wording=wording, owner=lone.by, by=lone.by, at=at)
    assert queries.waiting_for(lone.by) == 1
    actions.approve(statement_id=made.id, number=1, by=lone.by, at=at)
    assert told(at) == ["Our alpine climbing boots are waterproof."] and queries.in_force(at=at)[0].alone
    assert AuditEntry.objects.get(act="statement.approve").details["alone"] is True
    found = examine("Our alpine climbing boots are waterproof.", context_for("", at=at, by=lone.by))
    assert found.verdict == CLEAR and "approved" in found.findings[0].says
    assert "by its author, nobody else here" in found.findings[0].says


def test_an_owner_does_not_approve_their_own_words_once_a_second_person_could(at):
    owner = add_member(email="lone@example.com", name="Lone", role="owner", by="system", at=at)
    add_member(email="mia@example.com", name="Mia", role="marketer", by="system", at=at)
    wording = Wording(text="Our hiking boots are waterproof.", source="lab report 12")
    made = actions.write(kind="fact", wording=wording, owner=owner.by, by=owner.by, at=at)
    with pytest.raises(CannotState, match="somebody else"):
        actions.approve(statement_id=made.id, number=1, by=owner.by, at=at)
    assert queries.waiting_for(owner.by) == 0 and told(at) == []


def test_a_change_waits_while_the_version_before_stays_in_force(at):
    made = write(at=at)
    actions.revise(
        statement_id=made.id, wording=Wording(text="Our boots keep water out.", source="lab"), by=PRIYA, at=at
    )
    assert told(at) == ["Our hiking boots are waterproof."]
    with pytest.raises(CannotState):
        actions.approve(statement_id=made.id, number=2, by=PRIYA, at=at)
    actions.approve(statement_id=made.id, number=2, by=MIA, at=at)
    assert told(at) == ["Our boots keep water out."]


def test_a_newer_version_replaces_one_that_waits(at):
    made = write(at=at, approved=False)
    actions.revise(statement_id=made.id, wording=Wording(text="Boots.", source="lab"), by=MIA, at=at)
    with pytest.raises(CannotState, match="sent back or replaced"):
        actions.approve(statement_id=made.id, number=1, by=PRIYA, at=at)
    assert queries.waiting_versions().count() == 1


def test_what_is_sent_back_says_why_and_counts_for_nothing(at):
    made = write(at=at, approved=False)
    with pytest.raises(CannotState, match="what is wrong"):
        actions.refuse(statement_id=made.id, number=1, why=" ", by=PRIYA, at=at)
    actions.refuse(statement_id=made.id, number=1, why="The report says water-repellent.", by=PRIYA, at=at)
    assert told(at) == [] and queries.counts(at=at)["sent-back"] == 1


def test_a_statement_ends_by_itself_and_its_owner_is_warned_once_ahead(at):
    heard = []
    signals.on(StatementsEnding)(heard.append)
    made = write(at=at, expires_us=at + 20 * DAY)
    assert warn_of_expiry(at=at) == 0
    assert warn_of_expiry(at=at + 7 * DAY) == 1 and warn_of_expiry(at=at + 8 * DAY) == 0
    assert [event.statements for event in heard] == [((made.id, MIA),)]
    assert [one.id for one in queries.ending(at=at + 7 * DAY, owner=MIA)] == [made.id]
    assert told(at + 20 * DAY) == [] and [row.text for row in queries.lapsed(at=at + 20 * DAY)]


def test_what_is_taken_out_counts_no_more(at):
    made = write(at=at)
    actions.retire(statement_id=made.id, why="The sole changed.", by=PRIYA, at=at + 1)
    assert told(at + 2) == [] and queries.counts(at=at)["retired"] == 1


def test_what_is_for_us_alone_is_neither_suggested_nor_told(at):
    write("The margin on boots is thin.", at=at, audience="staff")
    assert told(at) == [] and queries.suggest("margin on boots", at=at) == []
    assert len(queries.in_force(at=at, audience="staff")) == 1


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("source", {"source": " "}),
        ("text", {"text": "x"}),
        ("subject", {"about": "product"}),
        ("expires", {"expires_us": 1}),
    ],
)
def test_what_is_missing_is_said(at, field, change):
    said = {"text": "Our boots are blue.", "source": "seen"} | change
    with pytest.raises(CannotState) as refused:
        actions.write(kind="fact", wording=Wording(**said), owner=MIA, by=MIA, at=at)
    assert refused.value.field == field


def test_suggestions_fit_what_was_asked_and_name_their_source(at):
    write(
        "A tent repair usually costs between £15 and £40.",
        at=at,
        source="price list",
        subject="repairs",
        about="topic",
    )
    write("The shop opens at 9:00.", at=at)
    write("Seam tape holds for a season.", at=at, kind="article", title="Mending a tent seam yourself")
    found = queries.suggest("What would it cost to repair my tent?", at=at)
    assert [one.source for one in found][:1] == ["price list"]
    assert all(0 < one.fit <= 1 for one in found)
    assert [one.kind for one in queries.suggest("How do I mend the seam?", at=at)] == ["article"]
    assert queries.suggest("Do you like jazz?", at=at) == []


def test_a_search_by_words_finds_forms_of_them(at):
    write("We repair tents in our own workshop.", at=at)
    assert [version.text for _one, version in queries.page(box="force", words="tent repairs", at=at)]
    assert queries.page(box="force", words="helicopter", at=at) == []


def test_a_draft_names_the_options_ours_or_not_and_every_sentence_has_a_source(at):
    common = {"kind": "option", "at": at}
    write("Dries boots overnight.", title="Boot dryer", where="https://northgate.example/dryer", **common)
    write(
        "Soaks up water from boots.", title="Newspaper in wet boots", maker="any kiosk", where="any kiosk", **common
    )
    made = drafting.draft("My boots are wet, how do I dry them?", at=at, business="Northgate Sports")
    assert "Northgate Sports here." in made.text and "any kiosk" in made.text and "dryer" in made.text
    assert all(sentence.source for sentence in made.sentences)
    assert all(sentence.statement_id for sentence in made.sentences[1:])
    assert drafting.draft("Who won the match?", at=at, business="Northgate Sports") is None


def test_suggesting_among_thousands_takes_no_query_per_statement(at, django_assert_max_num_queries):
    for number in range(30):
        write(f"Fact {number} about ropes.", at=at)
    queries.suggest("ropes", at=at)
    with django_assert_max_num_queries(4):
        queries.suggest("ropes", at=at)
