"""Today says once what is asked of colleagues, and for how many people."""

import pytest
from django.urls import reverse

from regulars.journeys.models import Journey, Task
from regulars.team.models import User


@pytest.mark.django_db
def test_what_a_journey_asks_stands_on_today_once(client, business, at):
    owner = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    journey = Journey.objects.create(name="VIP", drafted_us=at, drafted_by="user:1", created_us=at)
    for n in range(5):
        Task.objects.create(
            journey_id=journey.id, enrolment_id=n, step="a", node_id=n, text="Write a card.", created_us=at + n
        )
    page = client.get(reverse("web:today")).content.decode()
    assert page.count("Write a card.") == 1 and "For 5 people." in page
    assert reverse("web:journey", args=[journey.id]) + "#tasks" in page
