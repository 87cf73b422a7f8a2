"""Every table that can hold a text says whether it holds personal data, and how that is erased."""

import pytest
from django.apps import apps
from django.db import models

from regulars.core.plugs import discover, registry

pytestmark = pytest.mark.anydb
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
OTHERS = "django_", "auth_", "account_", "mfa_", "socialaccount_", "usersessions_"

NOT_PERSONAL = {
    "channels_account": "our own accounts on networks; secrets are encrypted",
    "channels_attempt": "codes and the networks' own sentences about our posts",
    "channels_mailtoken": "keys of our own mailboxes, encrypted",
    "channels_brake": "why a colleague stopped everything",
    "channels_spent": "sums of quotas and money per account",
    "loyalty_referralterms": "what the shop offers to who brings a friend",
    "loyalty_walletkeys": "the shop's keys for passes",
    "core_business": "the business itself",
    "core_offset": "names of consumers",
    "core_queuedjob": "arguments are ids and plain values, by rule",
    "core_beat": "names of loops",
    "people_erased": "keyed hashes: what keeps the erased from coming back",
    "people_erasednode": "numbers only",
    "people_acceptance": "numbers, and which member of staff",
    "team_user": "staff, not customers",
    "team_apikey": "keys of programs",
    "team_policy": "how the team speaks",
    "team_trainingrule": "what the shop asks of its staff",
    "team_lesson": "lessons for staff",
    "team_try": "staff, not customers: which places they ticked",
    "team_grant": "staff, not customers",
    "team_drill": "staff, not customers: practice with people who do not exist",
    "team_drillanswer": "staff, not customers: practice with people who do not exist",
    "team_auditentry": "ids only; the writer refuses what looks like an address",
    "events_source": "where events come from",
    "events_connection": "how shops are connected; secrets are encrypted",
    "events_fieldmap": "what fields of bodies mean",
    "events_wanted": "numbers of orders and products still to be fetched, and why that failed",
    "events_eventkey": "message ids, chosen by the sender: what keeps a resend of erased events out",
    "events_property": "names of properties",
    "events_consumerfailure": "numbers and the program's own reasons",
    "events_redaction": "numbers only",
    "events_raw": "the raw requests: erased event by event through events_redaction, with events_event",
    "commerce_store": "branches",
    "commerce_product": "products",
    "commerce_rate": "exchange rates",
    "commerce_advicerule": "rules about products and categories",
    "insights_fit": "parameters of models over everybody",
    "insights_report": "sums over everybody",
    "insights_measured": "sums over everybody",
    "segments_segment": "names and definitions of audiences",
    "segments_segmentversion": "definitions of audiences",
    "content_template": "texts for everybody",
    "content_templateversion": "texts for everybody",
    "content_block": "texts for everybody",
    "content_blockversion": "texts for everybody",
    "content_picture": "pictures of the shop",
    "content_voice": "words of the brand",
    "content_calendarnote": "notes of the team",
    "content_statement": "who stands for which statement of the shop",
    "content_statementversion": "statements of the shop for everybody",
    "content_statementuse": "numbers: which statement was used for what",
    "content_clearance": "digests, places and rules; the reason refuses what looks like an address",
    "portal_form": "forms of the shop",
    "channels_topic": "what one can hear about",
    "channels_server": "ways out",
    "channels_sender": "addresses of the shop",
    "channels_mailbox": "mailboxes of the shop: how to read them, nothing of what is in them",
    "channels_campaign": "what messages belong to",
    "channels_cap": "limits",
    "channels_quiethours": "hours",
    "channels_holdout": "a share and a salt",
    "channels_gate": "one row about the house",
    "channels_bucket": "limits: servers, campaigns, domains of mail providers",
    "channels_tally": "sums by hour",
    "channels_hook": "addresses of other programs",
    "journeys_journey": "automations",
    "journeys_draft": "automations",
    "journeys_journeyversion": "automations",
    "journeys_tally": "sums over everybody",
    "journeys_broadcast": "texts and audiences",
    "loyalty_budget": "how much may be given out",
    "loyalty_estimate": "an estimate for the accounts",
    "loyalty_liabilityreport": "sums over everybody",
    "loyalty_bookscheck": "which invariants of the books did not hold: numbers of rows",
    "loyalty_finding": "sums over everybody, and numbers of people that erasing makes nobody's",
    "loyalty_programme": "the shop's programme",
    "loyalty_rulebook": "rules for everybody",
    "loyalty_threshold": "rules for everybody",
    "feedback_survey": "what is asked",
    "feedback_surveyversion": "what was asked",
    "feedback_device": "keyed hashes of cookies, joined to nobody and to no answer",
    "feedback_topic": "words of the codebook",
    "inbox_desk": "hours and holidays of the shop",
    "inbox_routing": "who of the team gets which kind of case",
    "inbox_caselabel": "words conversations are sorted by",
    "inbox_savedreply": "texts for everybody",
    "inbox_macro": "steps for everybody",
    "inbox_rule": "rules for everybody",
    "inbox_rulerun": "numbers: which rule acted in which case",
    "inbox_wait": "numbers: how long who waited",
    "inbox_waitday": "numbers: the same of a day, without who",
    "inbox_readingrules": "languages, and how sure is sure",
    "inbox_textmodel": "weights of words that at least three authors used",
    "inbox_notice": "numbers: which colleague was told of which case",
    "social_alert": "what rose: counts, numbers of items, words that at least five people used",
    "social_topic": "what we listen for",
    "social_approval": "who of the team agreed to which text",
    "social_cost": "sums of money",
    "social_drive": "campaigns",
    "social_finding": "sums over everybody",
    "social_link": "addresses in our own posts",
    "social_occurrence": "days of the calendar",
    "social_plan": "ideas for posts",
    "social_publishrules": "how the shop publishes",
    "social_series": "what is said again and again",
    "social_shift": "how posts do on a network",
    "social_slot": "times of the week",
    "social_variant": "our own posts",
    "social_visitor": "keyed hashes, for two days",
    "till_counter": "what the counter says and sells",
    "till_device": "phones and tablets of the shop",
    "till_pairing": "keyed hashes of numbers, for ten minutes",
    "loyalty_reward": "what can be had, for everybody",
    "loyalty_evening": "what people are invited to",
    "loyalty_partner": "businesses; the contact is theirs",
    "loyalty_partnerentry": "a business's account: uses are named by their number",
    "loyalty_statement": "a business's account",
    "loyalty_reversal": "amounts, and which use was undone",
    "loyalty_guess": "keyed hashes, for an hour",
}


def tables_with_texts() -> set[str]:
    found = set()
    for model in apps.get_models(include_auto_created=True):
        if any(isinstance(field, TEXTS) for field in model._meta.local_fields):
            found.add(model._meta.db_table)
    return {table for table in found if not table.startswith(OTHERS)}


@pytest.fixture(scope="module", autouse=True)
def _plugs():
    discover()


def test_every_table_with_a_text_is_declared_personal_or_says_why_not():
    assert tables_with_texts() - set(registry.personal) - set(NOT_PERSONAL) == set()


def test_no_table_is_declared_both_ways_or_gone():
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(NOT_PERSONAL) & set(registry.personal) == set()
    assert set(NOT_PERSONAL) - known == set()


def test_every_table_that_names_a_node_or_person_is_declared_personal():
    names = {"node_id", "person_id"}
    found = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("regulars.") and names & {field.column for field in model._meta.local_fields}
    }
    assert found - set(registry.personal) == {"people_erasednode"}
