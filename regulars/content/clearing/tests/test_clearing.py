"""Letting a text pass: by the gate, by a second person, against the gate with a reason."""

import pytest

from regulars.content.clearing import actions, queries
from regulars.content.clearing.actions import CannotClear
from regulars.content.factbase import actions as facts
from regulars.content.factbase import queries as statements
from regulars.content.factbase.actions import Wording
from regulars.content.honesty import CHANGE, CLEAR, SECOND, examine, whole
from regulars.content.models import Clearance
from regulars.core.clock import DAY
from regulars.team import actions as team
from regulars.team.models import AuditEntry

pytestmark = pytest.mark.django_db
CLAIM, RUDE = "Everything is fixed.", "You should have read the label."


@pytest.fixture
def crew(business, at):
    """Mia writes, Olga is the owner."""
    roles = {"Olga": "owner", "Mia": "marketer"}
    return {
        name: team.add_member(email=f"{name.lower()}@example.com", name=name, role=role, by="system", at=at)
        for name, role in roles.items()
    }


def pass_through(text, by, at, **known):
    context = queries.context_for(text, at=at, by=by, **known)
    return actions.clear(examination=examine(text, context), origin="case:1", by=by, at=at)


def test_a_plain_text_is_cleared_at_once_and_no_other(crew, at):
    examined = pass_through("Thank you for the photo!", crew["Mia"].by, at)
    assert examined["verdict"] == CLEAR
    assert queries.is_cleared(examined, text="Thank you for the photo!", at=at)
    assert not queries.is_cleared(examined, text="Thank you for the photo! ", at=at)
    assert not queries.is_cleared(examined, text="Thank you for the photo!", title="Now free", at=at)
    assert not queries.is_cleared({}, text="Thank you for the photo!", at=at)


def test_title_and_descriptions_are_part_of_what_is_cleared(crew, at):
    said = whole("See you!", title="Hello", alts=("A boot",))
    examined = pass_through(said, crew["Mia"].by, at)
    assert queries.is_cleared(examined, text="See you!", title="Hello", alts=("A boot",), at=at)


def test_a_claim_waits_for_a_second_person_who_is_not_the_writer(crew, at):
    mia, olga = crew["Mia"].by, crew["Olga"].by
    examined = pass_through(CLAIM, mia, at)
    assert examined["verdict"] == SECOND and not queries.is_cleared(examined, text=CLAIM, at=at)
    with pytest.raises(CannotClear, match="somebody else"):
        actions.second(clearance_id=examined["clearance"], by=mia, at=at)
    examined = actions.second(clearance_id=examined["clearance"], by=olga, at=at)
    assert queries.is_cleared(examined, text=CLAIM, at=at)
    assert not queries.is_cleared(examined, text=CLAIM + " Free!", at=at)


def test_what_must_be_changed_is_only_overruled_with_a_reason_that_is_kept(crew, at):
    mia, olga = crew["Mia"].by, crew["Olga"].by
    examined = pass_through(RUDE, mia, at)
    assert examined["verdict"] == CHANGE
    with pytest.raises(CannotClear, match="asks for a change"):
        actions.second(clearance_id=examined["clearance"], by=olga, at=at)
    with pytest.raises(CannotClear, match="in a sentence"):
        actions.overrule(clearance_id=examined["clearance"], reason="ok", by=olga, at=at)
    with pytest.raises(CannotClear, match="somebody else who may publish"):
        actions.overrule(clearance_id=examined["clearance"], reason="It quotes the letter.", by=mia, at=at)
    examined = actions.overrule(clearance_id=examined["clearance"], reason="It quotes the letter.", by=olga, at=at)
    assert queries.is_cleared(examined, text=RUDE, at=at)
    kept = Clearance.objects.get()
    assert (kept.overruled_by, kept.overruled_us, kept.reason, kept.alone) == (
        olga,
        at,
        "It quotes the letter.",
        False,
    )
    assert AuditEntry.objects.get(act="clearance.overrule").details["reason"] == "It quotes the letter."


def test_who_is_alone_may_overrule_and_it_is_kept_that_nobody_else_looked(business, at):
    olga = team.add_member(email="olga@example.com", name="Olga", role="owner", by="system", at=at).by
    examined = pass_through(CLAIM, olga, at)
    examined = actions.overrule(
        clearance_id=examined["clearance"], reason="I repaired it myself today.", by=olga, at=at
    )
    assert Clearance.objects.get().alone and queries.is_cleared(examined, text=CLAIM, at=at)


def test_a_reason_with_an_address_in_it_is_refused(crew, at):
    examined = pass_through(CLAIM, crew["Mia"].by, at)
    with pytest.raises(CannotClear, match="addresses"):
        actions.overrule(
            clearance_id=examined["clearance"], reason="anna@example.com asked for it", by=crew["Olga"].by, at=at
        )


def test_a_clearance_ends_when_a_statement_it_leans_on_expires(crew, at):
    made = facts.write(
        kind="fact",
        wording=Wording(text="The climbing wall is closed.", source="landlord", expires_us=at + DAY),
        owner=crew["Mia"].by,
        by=crew["Mia"].by,
        at=at,
    )
    facts.approve(statement_id=made.id, number=1, by=crew["Olga"].by, at=at)
    text = "Yes, the climbing wall is closed."
    examined = pass_through(text, crew["Mia"].by, at, asked="Is the climbing wall closed?")
    assert examined["verdict"] == CLEAR and [use.origin for use in statements.uses(made.id)] == ["case:1"]
    assert queries.is_cleared(examined, text=text, at=at + DAY - 1)
    changed = Wording(text="The climbing wall is open.", source="landlord")
    facts.revise(statement_id=made.id, wording=changed, by=crew["Mia"].by, at=at)
    assert queries.is_cleared(examined, text=text, at=at)
    facts.approve(statement_id=made.id, number=2, by=crew["Olga"].by, at=at)
    assert not queries.is_cleared(examined, text=text, at=at)


def test_a_clearance_ends_when_a_statement_it_leans_on_is_taken_out(crew, at):
    mia, olga = crew["Mia"].by, crew["Olga"].by
    wording = Wording(text="Our ropes are certified.", source="maker", expires_us=at + DAY)
    made = facts.write(kind="fact", wording=wording, owner=mia, by=mia, at=at)
    facts.approve(statement_id=made.id, number=1, by=olga, at=at)
    examined = pass_through("Our ropes are certified.", mia, at)
    assert queries.is_cleared(examined, text="Our ropes are certified.", at=at)
    facts.retire(statement_id=made.id, why="Another maker now.", by=olga, at=at)
    assert not queries.is_cleared(examined, text="Our ropes are certified.", at=at)


def test_a_clearance_ends_at_the_hour_its_statement_does(crew, at):
    mia, olga = crew["Mia"].by, crew["Olga"].by
    wording = Wording(text="Our ropes are certified.", source="maker", expires_us=at + DAY)
    made = facts.write(kind="fact", wording=wording, owner=mia, by=mia, at=at)
    facts.approve(statement_id=made.id, number=1, by=olga, at=at)
    text = "Our ropes are certified."
    examined = pass_through(text, mia, at)
    assert queries.is_cleared(examined, text=text, at=at + DAY - 1)
    assert not queries.is_cleared(examined, text=text, at=at + DAY)


def test_what_is_kept_holds_no_word_of_the_text(crew, at):
    pass_through("Write to anna@example.com about order 12345.", crew["Mia"].by, at)
    assert "anna" not in str(Clearance.objects.values_list("findings", flat=True).get())
