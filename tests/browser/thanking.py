"""The Thank and Hear floors, with something on them: a programme, rewards, a partner, evenings, surveys, a till."""

from __future__ import annotations

from django.urls import reverse

from regulars.core.clock import DAY, now_us
from regulars.demo.hear import desk, surveys
from regulars.demo.hear.answering import tell_quarters
from regulars.demo.thank import evenings, friends, history, programme, tills
from regulars.inbox.models import Case
from regulars.loyalty.actions import tell_story
from regulars.loyalty.models import Evening, Partner, Referral, Reward, Statement, Voucher
from tests.browser.shop import settle


def open_floors() -> None:
    """As the demo has them, in small; call it when people have bought something."""
    at, seed = now_us(), 1
    desk.open_desk(at=at - 900 * DAY)
    history.live(begun_us=programme.years_before(at), end_us=at, seed=seed)
    evenings.invite(end_us=at, seed=seed)
    friends.bring_some(begun_us=at - 365 * DAY, end_us=at, seed=seed)
    nps, after = surveys.open_all(begun_us=at - 480 * DAY, at=at)
    settle(at)
    tell_quarters(survey=nps, end_us=at, seed=seed)
    desk.close_cases(end_us=at, seed=seed)
    tills.set_up(survey_id=after.id, at=at)
    tell_story(at=at)
    settle(at)


def addresses(person_id: int) -> list[str]:
    """One address of every kind of page of these floors that is about one thing."""
    open_floors()
    first = {
        "reward": Reward, "reward_edit": Reward, "voucher": Voucher, "partner": Partner, "statement": Statement,
        "evening": Evening, "case": Case, "referral": Referral,
    }  # fmt: skip
    made = {name: model.objects.order_by("id").values_list("id", flat=True).first() for name, model in first.items()}
    assert all(made.values()), made
    found = [reverse(f"web:{name}", args=[number]) for name, number in made.items()]
    survey = surveys.Survey.objects.get(name=surveys.NPS).id
    found += [reverse(f"web:{name}", args=[survey]) for name in ("survey", "survey_answers", "survey_edit")]
    found.append(reverse("web:earning_new") + "?kind=amount")
    return [*found, reverse("web:member", args=[person_id]), reverse("till:devices"), reverse("till:till")]
