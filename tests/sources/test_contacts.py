"""Contact exports of mailing tools: consents with time and proof, and nobody unsubscribed is ever written to."""

import json

import pytest

from regulars.channels.models import Suppression
from regulars.core.clock import DAY
from regulars.events.sources import csv
from regulars.people.models import Consent, Identifier, Trait

pytestmark = pytest.mark.anydb

MAILCHIMP = """Email Address,First Name,Last Name,Phone Number,Favourite sport,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS{more}
"""  # noqa: E501
ANNA = 'anna@example.com,Anna,Roth,,soccer,4,"2024-03-14 09:12:31",10.0.0.1,"2024-03-14 09:14:00",10.0.0.2,,,,,,GB,,"2025-01-02 10:00:00",1,a1,,"""VIP"",""Leeds"""'  # noqa: E501
BOB = 'bob@example.com,Bob,Doe,,,2,"2023-01-01 08:00:00",,,,,,,,,,,"2024-05-05 05:05:05",2,b2,,{more}'
NOBODY = ",No,Address,,,2,,,,,,,,,,,,,3,c3,,"
KLAVIYO = """Email,Phone Number,First Name,Klaviyo ID,Email Marketing Consent,Email Marketing Consent Timestamp,Email Suppressions,SMS Marketing Consent,SMS Marketing Consent Timestamp
chen@example.com,+447700900123,Chen,K1,SUBSCRIBED,2024-06-01T10:00:00+00:00,[],UNSUBSCRIBED,2024-07-01T10:00:00+00:00
dora@example.com,,Dora,K2,NEVER_SUBSCRIBED,,,,
eve@example.com,,Eve,K3,SUBSCRIBED,2024-06-01T10:00:00+00:00,"['HARD_BOUNCE']",,
finn@example.com,,Finn,K4,UNSUBSCRIBED,2024-08-01T10:00:00+00:00,,,
"""  # noqa: E501
LISTMONK = """uuid,email,name,attributes,status,created_at,updated_at
u1,anna@example.com,Anna Roth,"{""city"": ""Leeds"", ""age"": 33}",enabled,2024-01-01T10:00:00Z,2024-02-01T10:00:00Z
u2,bob@example.com,Bob,{},blocklisted,2024-01-01T10:00:00Z,2024-03-01T10:00:00Z
u3,chen@example.com,Chen,not json,enabled,2024-01-01T10:00:00Z,2024-03-01T10:00:00Z
"""
MAUTIC = """id,firstname,lastname,email,mobile,points,lastActive,dateAdded,doNotEmail,tags
1,Anna,Roth,anna@example.com,,10,2025-01-01 10:00:00,2023-01-01 10:00:00,0,vip|soccer
2,Bob,Doe,bob@example.com,,0,,2023-01-01 10:00:00,1,
3,Eve,Fox,eve@example.com,,0,,2023-01-01 10:00:00,bounced,
"""


@pytest.fixture
def bring(transactional_db, at, tmp_path):
    """bring(text, name) -> the finished Import."""

    def run(text, name="export.csv", *, of=None, dry=False):
        path = tmp_path / name
        path.write_text(text)
        guess = csv.guess_columns(path, csv.kind_of_file(path, "people"))
        assert guess.mapping["kind"] == "contacts"
        options = guess.mapping["options"] | ({"of": of} if of is not None else {})
        job = csv.start_import(
            path=path, kind="contacts", mapping=guess.mapping | {"options": options}, dry=dry, by="system",
            at=at, background=False,
        )  # fmt: skip
        run.guess = guess
        return csv.run(job.id, at=at)

    return run


def consents():
    people = dict(Identifier.objects.filter(type="email").values_list("node_id", "value"))
    return {(people[c.node_id].split("@")[0], c.channel): c.state for c in Consent.objects.order_by("at", "id")}


def suppressed():
    return {row.address.split("@")[0]: (row.reason, row.scope) for row in Suppression.objects.filter(lifted_us=None)}


def test_mailchimps_subscribers_have_consent_at_the_time_of_their_confirmation_with_times_and_addresses(bring):
    done = bring(MAILCHIMP.format(more="") + ANNA + "\n", "subscribed_members_export_1.csv")
    assert (done.taken, done.refused) == (1, 0)
    said = Consent.objects.get()
    assert (said.state, said.channel, said.address, said.wording) == ("granted", "email", "anna@example.com", "")
    assert said.at == 1710407640 * 10**6  # 2024-03-14 09:14:00 UTC
    proof = said.evidence if isinstance(said.evidence, dict) else json.loads(said.evidence)
    assert proof["opted_in_ip"] == "10.0.0.1" and proof["confirmed_ip"] == "10.0.0.2"
    traits = {t.name: t.value for t in Trait.objects.all()}
    assert "soccer" in str(traits["Favourite sport"]) and "VIP, Leeds" in str(traits["tags"])
    assert not {"LEID", "EUID", "MEMBER_RATING"} & traits.keys()


def test_who_unsubscribed_or_bounced_in_mailchimp_gets_nothing_from_here(bring):
    left = MAILCHIMP.format(more=",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER")
    dead = MAILCHIMP.format(more=",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID")
    bring(left + BOB.format(more=",2024-05-05 05:05:05,Spring,1,NORMAL,") + "\n", "unsubscribed_members_export_1.csv")
    bring(dead + BOB.replace("bob", "eve").format(more=",2024-06-06 06:06:06,Spring,1") + "\n", "cleaned.csv")
    assert consents() == {("bob", "email"): "withdrawn"}
    assert suppressed() == {"bob": ("stop", "marketing"), "eve": ("hard_bounce", "all")}


def test_people_who_never_subscribed_in_mailchimp_have_no_consent(bring):
    bring(MAILCHIMP.format(more="") + ANNA + "\n", "nonsubscribed_members_export_1.csv")
    assert consents() == {} and Identifier.objects.exists()


def test_a_mailchimp_file_that_does_not_say_what_it_is_of_grants_nothing_and_warns(bring):
    bring(MAILCHIMP.format(more="") + ANNA + "\n", "export.csv")
    assert consents() == {} and any("look alike" in warning for warning in bring.guess.warnings)


def test_klaviyo_says_yes_and_no_per_channel_and_why_nothing_may_be_sent(bring):
    bring(KLAVIYO)
    assert consents() == {
        ("chen", "email"): "granted",
        ("chen", "sms"): "withdrawn",
        ("eve", "email"): "granted",
        ("finn", "email"): "withdrawn",
    }
    assert suppressed() == {
        "+447700900123": ("stop", "marketing"),
        "eve": ("hard_bounce", "all"),
        "finn": ("stop", "marketing"),
    }


def test_enabled_in_listmonk_is_no_consent_blocklisted_is_a_no_and_a_bad_row_goes_to_the_file(bring):
    done = bring(LISTMONK)
    assert (done.taken, done.refused) == (2, 1)
    assert "JSON object" in csv.errors_file(done.id).read_text()
    assert consents() == {("bob", "email"): "withdrawn"} and suppressed() == {"bob": ("manual", "all")}
    assert {t.name for t in Trait.objects.all()} >= {"city", "age"}


def test_a_listmonk_export_of_confirmed_subscribers_grants_what_somebody_says_it_does(bring):
    bring(LISTMONK, of="subscribed")
    assert consents()[("anna", "email")] == "granted" and consents()[("bob", "email")] == "withdrawn"


def test_mautics_do_not_contact_list_is_kept_and_nobody_is_granted(bring):
    bring(MAUTIC)
    assert consents() == {("bob", "email"): "withdrawn"}
    assert suppressed() == {"bob": ("stop", "marketing"), "eve": ("hard_bounce", "all")}


@pytest.mark.parametrize("text", [KLAVIYO, LISTMONK, MAUTIC])
def test_the_same_export_twice_changes_nothing(bring, text):
    bring(text)
    before = list(Consent.objects.values_list("node_id", "state", "at")), suppressed()
    again = bring(text)
    assert again.taken == 0 and again.known > 0
    assert (list(Consent.objects.values_list("node_id", "state", "at")), suppressed()) == before


def test_trying_an_export_suppresses_and_grants_nothing(bring):
    done = bring(KLAVIYO, dry=True)
    assert done.summary["said"]["email granted"] == 2
    assert not Suppression.objects.exists() and not Consent.objects.exists()


def test_a_later_yes_of_another_source_does_not_lift_the_suppression(bring, at):
    from regulars.people.actions import record_consent
    from regulars.people.models import Node

    bring(MAUTIC)
    node = Node.objects.get(id=Identifier.objects.get(value="bob@example.com").node_id)
    record_consent(
        node_id=node.id, purpose="marketing", channel="email", state="granted", address="bob@example.com",
        evidence={}, by="system", at=at + DAY,
    )  # fmt: skip
    row = Suppression.objects.get(address="bob@example.com")
    assert (row.scope, row.lifted_us) == ("marketing", None)
