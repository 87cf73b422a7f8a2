import hashlib

import pytest

from regulars.team import actions, queries
from regulars.team.models import ApiKey, AuditEntry, User


def acts():
    return list(AuditEntry.objects.order_by("id").values_list("by", "act", "object"))


def test_adding_a_member_is_audited_without_their_address(business, at):
    user = actions.add_member(email=" Ann@Example.com ", name="Ann", role="agent", by="user:1", at=at)
    entry = AuditEntry.objects.get()
    assert (user.email, user.role, user.has_usable_password()) == ("ann@example.com", "agent", False)
    assert (entry.at, entry.by, entry.act, entry.object) == (at, "user:1", "member.add", user.by)
    assert entry.details == {"role": "agent"}


@pytest.mark.parametrize(
    ("email", "role", "says"),
    [
        ("ann", "agent", "not an e-mail"),
        ("ann@example.com", "king", "no role"),
        ("mia@example.com", "agent", "already"),
    ],
)
def test_a_member_that_cannot_be_is_refused_with_a_sentence(team, at, email, role, says):
    before = User.objects.count()
    with pytest.raises(actions.TeamError, match=says):
        actions.add_member(email=email, role=role, by="system", at=at)
    assert User.objects.count() == before


def test_a_role_change_is_audited_with_both_roles(team, at):
    actions.change_role(user_id=team["reader"].id, role="marketer", by=team["owner"].by, at=at)
    assert AuditEntry.objects.latest("id").details == {"from": "reader", "to": "marketer"}
    assert User.objects.get(id=team["reader"].id).role == "marketer"


def test_the_same_role_again_changes_and_notes_nothing(team, at):
    before = acts()
    actions.change_role(user_id=team["reader"].id, role="reader", by="system", at=at)
    assert acts() == before


def test_the_last_owner_keeps_the_role_and_stays(team, at):
    with pytest.raises(actions.TeamError, match="only owner"):
        actions.change_role(user_id=team["owner"].id, role="reader", by="system", at=at)
    with pytest.raises(actions.TeamError, match="only owner"):
        actions.deactivate_member(user_id=team["owner"].id, by="system", at=at)
    assert queries.owners() == [team["owner"]]


def test_an_owner_who_was_let_go_does_not_count_as_the_other_owner(team, at):
    actions.change_role(user_id=team["marketer"].id, role="owner", by="system", at=at)
    actions.deactivate_member(user_id=team["marketer"].id, by="system", at=at)
    with pytest.raises(actions.TeamError, match="only owner"):
        actions.deactivate_member(user_id=team["owner"].id, by="system", at=at)


def test_one_of_two_owners_may_leave(team, at):
    actions.change_role(user_id=team["marketer"].id, role="owner", by="system", at=at)
    actions.deactivate_member(user_id=team["owner"].id, by=team["marketer"].by, at=at)
    assert queries.owners() == [User.objects.get(id=team["marketer"].id)]


def test_taking_back_restores_the_role(team, at):
    actions.deactivate_member(user_id=team["agent"].id, by="system", at=at)
    user = actions.reactivate_member(user_id=team["agent"].id, by="system", at=at)
    assert user.may("people.merge")
    assert [act for _, act, _ in acts()][-2:] == ["member.deactivate", "member.reactivate"]


def test_an_api_key_is_shown_once_and_kept_as_a_digest_only(team, at):
    key, secret = actions.make_key(name="Till", role="reader", by=team["owner"].by, at=at)
    row = ApiKey.objects.filter(id=key.id).values().get()
    assert secret not in str(row) and row["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert row["created_by_id"] == team["owner"].id
    assert queries.key_of(secret) == key and queries.key_of(secret + "x") is None


def test_a_revoked_key_is_nobodys_and_revoking_twice_notes_once(team, at):
    key, secret = actions.make_key(name="Till", role="owner", by="system", at=at)
    actions.revoke_key(key_id=key.id, by="system", at=at)
    actions.revoke_key(key_id=key.id, by="system", at=at + 1)
    key.refresh_from_db()
    assert queries.key_of(secret) is None and not key.may("staff") and key.revoked_us == at
    assert [act for _, act, _ in acts()].count("key.revoke") == 1


def test_a_key_without_a_name_or_with_a_wrong_role_is_refused(team, at):
    with pytest.raises(actions.TeamError, match="name"):
        actions.make_key(name=" ", role="reader", by="system", at=at)
    with pytest.raises(actions.TeamError, match="no role"):
        actions.make_key(name="Till", role="god", by="system", at=at)


@pytest.mark.parametrize("value", ["ann@example.com", "+44 7700 900123", "call 0207 946 0018 now"])
def test_the_audit_log_refuses_personal_data(db, at, value):
    with pytest.raises(ValueError, match="never personal data"):
        actions.audit(by="system", act="x.y", details={"note": value}, at=at)
    assert not AuditEntry.objects.exists()


def test_the_audit_log_is_found_by_who_what_whom_and_when(db, at):
    for step, (by, act, what) in enumerate(
        [("user:1", "key.make", "key:1"), ("user:2", "key.revoke", "key:1"), ("user:1", "person.erase", "person:9")]
    ):
        actions.audit(by=by, act=act, object=what, at=at + step)

    def found(**asked):
        return [entry.act for entry in queries.audit_entries(**asked)]

    assert found() == ["person.erase", "key.revoke", "key.make"]
    assert found(by="user:1") == ["person.erase", "key.make"]
    assert found(act="key") == ["key.revoke", "key.make"]
    assert found(object="person:9") == ["person.erase"]
    assert found(since=at + 1, until=at + 2) == ["key.revoke"]


def test_names_stand_for_numbers_where_they_are_known(team, at):
    key, _ = actions.make_key(name="Till", role="reader", by="system", at=at)
    named = queries.who([team["owner"].by, key.by, "system", "user:999", "person:7", ""])
    assert named[team["owner"].by] == "Olga" and named[key.by].startswith("Till (rgl_")
    assert (named["system"], named["user:999"], named["person:7"]) == ("Regulars itself", "user:999", "person:7")


def test_dropping_the_second_factor_says_how_many_there_were(team, at):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=team["agent"], type="totp", data={})
    assert queries.second_factors() == {team["agent"].id: ["totp"]}
    assert actions.drop_second_factor(user_id=team["agent"].id, by="system", at=at) == 1
    assert queries.second_factors() == {}


def test_no_code_changes_or_removes_entries_of_the_audit_log():
    import re
    from pathlib import Path

    import regulars

    code = [p for p in Path(regulars.__file__).parent.rglob("*.py") if "tests" not in p.parts]
    touching = re.compile(r"AuditEntry\b[^\n]*\.(update|delete|save|bulk_update)\(|team_auditentry", re.I)
    found = [p.name for p in code if touching.search(p.read_text()) and "migrations" not in p.parts]
    writers = [p for p in code if "AuditEntry.objects.create" in p.read_text()]
    assert found == [] and [p.parts[-2:] for p in writers] == [("team", "actions.py")]
