import pytest
from django.urls import reverse

from regulars.team.models import ApiKey, AuditEntry
from regulars.team.permissions import PERMISSIONS, role_may
from regulars.web.api.frame import Key, api
from regulars.web.api.reference import permissions


def _told(response, status, code):
    assert response.status_code == status, response.content
    told = response.json()
    assert set(told) == {"code", "message"} and told["code"] == code
    return told["message"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_key_nothing_is_told(ask, method):
    response = ask(method, "/keys", role="")
    assert "API key" in _told(response, 401, "no_key")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["rgl_wrong", "", "ü", "x" * 5000])
def test_a_wrong_key_is_refused_with_a_sentence(client, db, token):
    response = client.get("/api/v1/people", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 401 and response.json()["message"]


def test_a_revoked_key_is_refused_at_once(ask, at):
    from regulars.team.actions import revoke_key

    assert ask("GET", "/people").status_code == 200
    assert ApiKey.objects.count() == 1
    revoke_key(key_id=ApiKey.objects.get().id, by="system", at=at)
    _told(ask("GET", "/people"), 401, "bad_key")


def test_a_session_does_not_open_the_api(client, business, at):
    from regulars.team.actions import add_member

    client.force_login(add_member(email="o@example.com", role="owner", by="system", at=at))
    assert client.get("/api/v1/people").status_code == 401


def test_every_operation_names_a_permission():
    for _, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                assert operation.auth_callbacks, path
                assert all(
                    isinstance(auth, Key) and auth.permission in PERMISSIONS for auth in operation.auth_callbacks
                )


@pytest.mark.parametrize("role", ["marketer", "agent", "analyst", "reader"])
def test_no_operation_works_without_its_permission(ask, role):
    before = AuditEntry.objects.exclude(act="key.make").count()
    tried = 0
    for (method, path), permission in permissions().items():
        if not role_may(role, permission):
            path = path.removeprefix("/api/v1").replace("{person_id}", "1").replace("{key_id}", "1")
            path = path.replace("{source_id}", "1").replace("{segment_id}", "1")
            message = _told(
                ask(method.upper(), path, role=role, json={} if method != "get" else None), 403, "not_allowed"
            )
            assert str(PERMISSIONS[permission]) in message and "Owner" in message
            tried += 1
    assert tried >= 4 and AuditEntry.objects.exclude(act="key.make").count() == before


def test_a_key_that_asks_too_often_has_to_wait(ask, settings):
    settings.API_PER_MINUTE = 3
    answers = [ask("GET", "/facts") for _ in range(4)]
    if [a.status_code for a in answers][:3] == [200] * 3 and answers[3].status_code == 200:
        answers.append(ask("GET", "/facts"))  # the minute turned in between
        answers = [ask("GET", "/facts") for _ in range(4)]
    assert "its limit" in _told(answers[3], 429, "too_many")
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert ask("GET", "/facts", role="reader").status_code == 200


def test_the_last_use_of_a_key_is_noted(ask):
    ask("GET", "/people")
    assert ApiKey.objects.get().used_us


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b'{"name": NaN}', b'{"name": "\xff"}', b'{"name": "\\ud800"}', b"\x00"]
)
def test_a_body_that_is_not_json_is_refused_with_a_sentence(client, ask, body):
    ask("GET", "/keys")
    response = client.post(
        "/api/v1/keys", body, content_type="application/json", headers={"authorization": _bearer(ask)}
    )
    assert response.status_code in (400, 422) and response.json()["message"]


def _bearer(ask):
    return f"Bearer {ask('POST', '/keys', json={'name': 'x', 'role': 'owner'}).json()['secret']}"


@pytest.mark.parametrize("limit", ["0", "501", "-1", "ten", "1e3", "99999999999999999999"])
def test_limits_are_limited(ask, limit):
    assert "limit" in _told(ask("GET", "/people", limit=limit), 422, "invalid")


def test_a_number_larger_than_the_database_knows_is_no_person(ask):
    _told(ask("GET", f"/people/{2**63}"), 422, "invalid")
    _told(ask("GET", f"/people/{2**63 - 1}"), 404, "not_found")


# --- people


def test_people_are_listed_in_pages(ask, business, at):
    from regulars.people.actions import Sighting, record_sightings

    seen = [Sighting(namespace="shop", keys=(("user", str(n)),), at=at + n) for n in range(5)]
    record_sightings(sightings=seen, source_id=1, at=at)
    found, after, pages = [], "", 0
    while after is not None:
        page = ask("GET", "/people", sort="-first", limit=2, **({"after": after} if after else {})).json()
        found, after, pages = found + [p["id"] for p in page["items"]], page["after"], pages + 1
    assert pages == 3 and len(found) == 5 == len(set(found))


@pytest.mark.parametrize("after", ["x", "!!!!", "WzEsMl0x", "WyJhIiwgLTFd", "bnVsbA", "W251bGwsIDFd", "ü"])
def test_a_damaged_cursor_is_told(ask, after):
    assert "first page" in _told(ask("GET", "/people", after=after), 422, "invalid")


@pytest.mark.parametrize(
    "by",
    [
        {"type": "email", "value": " Anna@Example.com"},
        {"type": "phone", "value": "07700 900123"},
        {"type": "user", "value": "7", "namespace": "shop"},
    ],
)
def test_a_person_is_found_by_any_identifier_however_it_is_typed(ask, anna, by):
    found = ask("GET", "/people/find", role="reader", **by).json()
    assert found["id"] == anna and found["traits"]["firstName"] == "Anna"
    assert {i["value"] for i in found["identifiers"]} == {"anna@example.com", "+447700900123"}


@pytest.mark.parametrize(
    "by",
    [
        {"type": "email", "value": "noemail@noemail.com"},
        {"type": "email", "value": "nobody.else@example.com"},
        {"type": "user", "value": "7", "namespace": "other"},
        {"type": "phone", "value": "000000"},
        {"type": "teapot", "value": "x"},
    ],
)
def test_an_identifier_of_nobody_is_a_404(ask, anna, by):
    _told(ask("GET", "/people/find", **by), 404, "not_found")


@pytest.mark.parametrize("what", ["", "/facts", "/events", "/orders", "/consents", "/export"])
def test_everything_about_a_person_can_be_read(ask, anna, what):
    response = ask("GET", f"/people/{anna}{what}")
    assert response.status_code == 200, response.content
    _told(ask("GET", f"/people/{anna + 1}{what}"), 404, "not_found")


def test_consents_are_read(ask, anna, at):
    from regulars.people.actions import record_consent

    said = {"purpose": "marketing", "channel": "email", "state": "granted"}
    record_consent(node_id=anna, **said, address="", wording="Yes", source_id=0, evidence={}, by="user:1", at=at)
    assert ask("GET", f"/people/{anna}/consents").json() == [said]


def test_an_export_is_audited_without_personal_data(ask, anna):
    assert "anna@example.com" in ask("GET", f"/people/{anna}/export").content.decode()
    entry = AuditEntry.objects.get(act="person.export")
    assert (entry.by, entry.object) == (f"key:{ApiKey.objects.get().id}", f"person:{anna}")


def test_an_erased_person_is_gone_and_it_is_audited(ask, anna):
    assert ask("DELETE", f"/people/{anna}").json() == {"person": anna}
    _told(ask("GET", f"/people/{anna}"), 404, "not_found")
    _told(ask("GET", "/people/find", type="email", value="anna@example.com"), 404, "not_found")
    assert AuditEntry.objects.filter(act__contains="erase", object=f"person:{anna}").count() == 1


def test_a_text_that_no_database_keeps_is_refused(ask):
    _told(ask("GET", "/people", q="a\0b"), 422, "invalid")
    _told(ask("GET", "/people", q="x" * 1001), 422, "invalid")


def test_facts_are_given_for_many_people_at_once(ask, anna):
    facts = [fact["name"] for fact in ask("GET", "/facts").json()]
    assert "spent" in facts
    found = ask("POST", "/facts/values", json={"people": [anna, anna + 1], "facts": ["orders", "spent"]}).json()
    assert list(found) == [str(anna)] and set(found[str(anna)]) == {"orders", "spent"}
    assert "teapot" in _told(
        ask("POST", "/facts/values", json={"people": [anna], "facts": ["teapot"]}), 422, "invalid"
    )
    _told(ask("POST", "/facts/values", json={"people": [1] * 1001}), 422, "invalid")


# --- events


@pytest.mark.django_db(transaction=True)  # PostgreSQL shows entries to readers once they are committed
def test_the_log_of_events_is_read_by_its_cursor_without_gap_or_repeat(ask, business, at):
    from regulars.core.log import current_tx
    from regulars.events.models import Event

    known = {"node_id": 1, "shard": 1, "source_id": 1, "name": "Test", "received_us": at}
    for n in range(5):
        Event.objects.create(message_id=f"m{n}", ts=at - n, tx=current_tx(), **known)
    read, after = [], ""
    for _ in range(4):
        page = ask("GET", "/events", limit=2, **({"after": after} if after else {})).json()
        read, after = read + [event["message_id"] for event in page["items"]], page["after"]
    assert read == [f"m{n}" for n in range(5)]


@pytest.mark.parametrize("after", ["x", "1", "1.2.3", "-1.0", "٣.١", f"{2**64}.0", "1." + "9" * 60])
def test_a_damaged_place_in_the_log_is_told(ask, after):
    _told(ask("GET", "/events", after=after), 422, "invalid")


# --- keys and sources


def test_keys_are_made_used_and_revoked(ask):
    made = ask("POST", "/keys", json={"name": "Till", "role": "reader"})
    assert made.status_code == 201 and made.json()["secret"].startswith("rgl_")
    listed = ask("GET", "/keys").json()
    assert {k["name"] for k in listed} == {"owner", "Till"} and "secret" not in str(listed)
    assert ask("DELETE", f"/keys/{made.json()['id']}").json()["revoked_us"]
    assert [e.act for e in AuditEntry.objects.order_by("id")][-2:] == ["key.make", "key.revoke"]


@pytest.mark.parametrize("new", [{"name": ""}, {"name": "x", "role": "king"}])
def test_a_key_that_cannot_be_is_refused(ask, new):
    _told(ask("POST", "/keys", json=new), 422, "cannot")


@pytest.mark.parametrize("new", [{}, {"name": 7}, {"name": "a\0b"}, {"name": "x" * 1001}])
def test_a_body_of_another_form_is_refused(ask, new):
    assert "name" in _told(ask("POST", "/keys", json=new), 422, "invalid")


def test_sources_are_made_rotated_and_revoked(ask):
    made = ask("POST", "/sources", json={"name": "Web shop"}).json()
    assert made["key"]
    rotated = ask("POST", f"/sources/{made['id']}/key").json()
    assert rotated["key"] and rotated["key"] != made["key"]
    assert ask("DELETE", f"/sources/{made['id']}").json()["revoked_us"]
    assert len([s for s in ask("GET", "/sources").json() if s["id"] == made["id"]]) == 1
    _told(ask("POST", "/sources/999/key"), 422, "cannot")


# --- description


def test_the_reference_is_a_page_without_a_script_for_who_is_signed_in(client, business, at):
    from regulars.team.actions import add_member

    assert client.get(reverse("api_reference")).status_code == 302
    client.force_login(add_member(email="r@example.com", role="reader", by="system", at=at))
    page = client.get(reverse("api_reference")).content.decode()
    for (method, path), _ in permissions().items():
        assert f"{method.upper()} {path}" in page


def test_the_description_needs_no_key_and_names_every_operation(client, db):
    described = client.get("/api/v1/openapi.json").json()
    assert {(m, p) for p, item in described["paths"].items() for m in item} == set(permissions())
