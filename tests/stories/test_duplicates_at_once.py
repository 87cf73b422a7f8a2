"""Hundreds of almost certain duplicates: look at them together, merge all, take all back."""

import re

import pytest
from django.urls import reverse

from regulars.core.models import QueuedJob
from regulars.people.actions import Sighting, record_sightings
from regulars.people.actions.accepting import merge_surest, separate_again
from regulars.people.actions.profiling import refresh_profiles
from regulars.people.linkage import suggest_duplicates
from regulars.people.models import Acceptance, Node, Suggestion
from regulars.team.actions import add_member

pytestmark = [pytest.mark.django_db, pytest.mark.story]
NAMES = ["Dora Lindqvist", "Chidi Okafor", "Mei Wong", "Ingrid Solberg", "Tomasz Nowicki", "Yusuf Demir"]


def tell(namespace, at, twice=0):
    seen = []
    for n, name in enumerate(NAMES[: twice or None]):
        first, _, last = name.partition(" ")
        home = {"street": f"{n + 3} Harbour Lane", "city": "Whitby", "postalCode": f"YO61 {n}AB"}
        traits = {"firstName": first, "lastName": last, "birthday": f"198{n}-0{n + 1}-1{n}", "address": home}
        seen.append(Sighting(namespace, (("user", f"{namespace}{n}"),), (), traits, (), at))
    return record_sightings(sightings=seen, source_id=1, at=at)


@pytest.fixture
def agent(client, business, at):
    client.force_login(add_member(email="agent@example.com", role="agent", by="system", at=at))
    tell("web", at)
    tell("till", at, twice=4)
    refresh_profiles(person_ids=list(Node.objects.values_list("id", flat=True)))
    suggest_duplicates(at=at)
    return client


def carry_out(job):
    """What a worker does with the jobs of this kind that wait."""
    waiting = list(QueuedJob.objects.filter(name=job.name))
    assert waiting
    for one in waiting:
        job(**one.arguments)


def people() -> int:
    return Node.objects.values("person_id").distinct().count()


def test_all_that_is_almost_certain_is_seen_merged_and_taken_back(agent):
    assert "4 pairs are almost certain: 95 % and more" in agent.get(reverse("web:duplicates")).content.decode()
    page = agent.get(reverse("web:sure"))
    text = page.content.decode()
    assert (
        "Merging them makes 4 people of 8 profiles" in text
        and "Merge all 4 pairs" in text
        and "Dora Lindqvist" in text
    )
    assert people() == 10, "looking changes nothing"
    done = agent.post(
        reverse("web:sure"), {"seen": re.search(r'name="seen" value="(.*?)"', text)[1]}, follow=True
    ).content.decode()
    assert "Merging 4 pairs." in done and "0 of 4" in done
    carry_out(merge_surest)
    assert people() == 6
    batch = Acceptance.objects.get()
    assert "4 of 4" in agent.get(reverse("web:merging", args=[batch.id])).content.decode()
    agent.post(reverse("web:unmerge", args=[batch.id]))
    carry_out(separate_again)
    assert people() == 10 and Suggestion.objects.filter(state="open", acceptance_id=None).count() == 4


def test_what_was_found_after_the_list_was_shown_is_not_merged_with_it(agent, at):
    seen = agent.get(reverse("web:sure")).context["seen"]
    Suggestion.objects.update(made_us=at + 9)
    text = agent.post(reverse("web:sure"), {"seen": seen}, follow=True).content.decode()
    assert "decided in the meantime" in text and people() == 10


def test_an_analyst_may_look_but_not_merge(client, business, at):
    client.force_login(add_member(email="a@example.com", role="analyst", by="system", at=at))
    assert client.post(reverse("web:sure"), {"seen": "9"}).status_code == 403
    assert client.get(reverse("web:duplicates")).status_code == 200


def test_a_couple_waits_under_its_own_tab_and_can_be_merged_all_the_same(client, business, at):
    client.force_login(add_member(email="b@example.com", role="agent", by="system", at=at))
    for key, first in (("1", "Dora"), ("2", "Erik")):
        traits = {"firstName": first, "lastName": "Lindqvist"}
        one = Sighting("shop", (("user", key),), (("phone", "07700 900333"),), traits, (), at)
        record_sightings(sightings=[one], source_id=1, at=at)
    suggest_duplicates(at=at)
    assert "No duplicates wait for you" in client.get(reverse("web:duplicates")).content.decode()
    text = client.get(reverse("web:duplicates") + "?state=shared").content.decode()
    assert "1 pair shares a phone or e-mail address, under two first names" in text and "Same person: merge" in text
    client.post(reverse("web:decide", args=[Suggestion.objects.get().id]), {"act": "accept"})
    assert people() == 1
