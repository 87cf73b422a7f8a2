"""Rewards, partners and evenings as they are written down by staff."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from regulars.loyalty.models import Evening, Partner, Reward, Stacking
from regulars.loyalty.rewards.stacking import Rules
from regulars.team.actions import audit

KINDS = ("money", "percent", "product", "gift_card", "partner", "thing")
FIELDS = (
    "name", "text", "kind", "worth", "currency", "points", "uses", "valid_days", "least", "products", "categories",
    "tiers", "alone", "most_each", "most", "in_texts", "threshold_id", "partner_id", "full_price",
    "partner_pays", "we_pay",
    "starts_us", "ends_us",
)  # fmt: skip


class CannotKeep(ValueError):
    """A sentence, and which field it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@transaction.atomic
def save_reward(*, terms: dict[str, Any], by: str, at: int, reward_id: int | None = None) -> Reward:
    """A new reward, or new terms for one; vouchers issued before keep theirs. Raises CannotKeep."""
    reward = (
        Reward.objects.select_for_update().get(id=reward_id) if reward_id else Reward(created_us=at, created_by=by)
    )
    for name, value in terms.items():
        if name not in FIELDS:
            raise CannotKeep(name, f"A reward has no “{name}”.")
        setattr(reward, name, value)
    _check(reward)
    try:
        with transaction.atomic():
            reward.save()
    except IntegrityError:
        raise CannotKeep("in_texts", "Another reward is handed out under this name already.") from None
    audit(by=by, act="reward.save", object=f"reward:{reward.id}", details={"kind": reward.kind}, at=at)
    return reward


def _check(reward: Reward) -> None:
    if reward.kind not in KINDS:
        raise CannotKeep("kind", "Choose what the reward is.")
    if reward.kind == "percent" and not 0 < reward.worth <= 10_000:
        raise CannotKeep("worth", "A percentage lies between 0 and 100.")
    if reward.kind in ("money", "gift_card") and reward.worth <= 0:
        raise CannotKeep("worth", "Say how much it is worth.")
    if reward.most is not None and reward.most < reward.issued:
        raise CannotKeep("most", f"{reward.issued} are out already: there cannot be fewer.")
    if reward.points is not None and reward.points <= 0:
        raise CannotKeep("points", "It costs some points, or leave it empty: then it is only given.")
    if reward.uses < 1:
        raise CannotKeep("uses", "A code is good at least once.")
    if reward.kind == "partner":
        _check_shares(reward)


def _check_shares(reward: Reward) -> None:
    if not Partner.objects.filter(id=reward.partner_id or 0, archived_us=None).exists():
        raise CannotKeep("partner_id", "Choose the partner who stands behind the offer.")
    if min(reward.partner_pays, reward.we_pay) < 0 or reward.partner_pays + reward.we_pay > reward.full_price:
        raise CannotKeep("partner_pays", "The shares of the partner and of ours cannot be more than the full price.")
    reward.worth = reward.partner_pays + reward.we_pay


@transaction.atomic
def pause_reward(*, reward_id: int, paused: bool, by: str, at: int) -> None:
    """No more are issued, or again; codes that are out stay good."""
    Reward.objects.filter(id=reward_id).update(paused_us=at if paused else None)
    audit(by=by, act="reward.pause" if paused else "reward.resume", object=f"reward:{reward_id}", at=at)


@transaction.atomic
def archive_reward(*, reward_id: int, by: str, at: int) -> None:
    """It is in no list any more and issued to nobody; codes that are out stay good."""
    Reward.objects.filter(id=reward_id).update(archived_us=at, in_texts="")
    audit(by=by, act="reward.archive", object=f"reward:{reward_id}", at=at)


@transaction.atomic
def save_stacking(*, most_codes: int, most_percent: int, by: str, at: int) -> None:
    """How many codes go together, and how much they may take off in all. Raises CannotKeep."""
    if most_codes < 1:
        raise CannotKeep("most_codes", "At least one code can be used.")
    if not 1 <= most_percent <= 100:
        raise CannotKeep("most_percent", "A share lies between 1 and 100 per cent.")
    said = {"most_codes": most_codes, "most_percent": most_percent}
    Stacking.objects.update_or_create(id=1, defaults=said)
    audit(by=by, act="reward.stacking", details=said, at=at)


def stacking_rules() -> Rules:
    """As they were set, or as they are before anybody did."""
    found = Stacking.objects.first() or Stacking()
    return Rules(found.most_codes, found.most_percent)


@transaction.atomic
def save_partner(
    *, name: str, contact: str, terms: str, currency: str, by: str, at: int, partner_id: int | None = None
) -> Partner:
    """A new partner, or other details. The currency stays once there are entries. Raises CannotKeep."""
    partner = Partner.objects.get(id=partner_id) if partner_id else Partner(created_us=at, currency=currency)
    if terms not in ("prepaid", "postpaid"):
        raise CannotKeep("terms", "Choose whether the partner pays before or after.")
    partner.name, partner.contact, partner.terms = name.strip(), contact.strip(), terms
    if not partner.name:
        raise CannotKeep("name", "A partner has a name.")
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError:
        raise CannotKeep("name", f"There is a partner “{partner.name}” already.") from None
    audit(by=by, act="partner.save", object=f"partner:{partner.id}", at=at)
    return partner


@transaction.atomic
def save_evening(*, terms: dict[str, Any], by: str, at: int, evening_id: int | None = None) -> Evening:
    """A new evening, or other details of one (places: evenings.change_places). Raises CannotKeep."""
    evening = Evening.objects.get(id=evening_id) if evening_id else Evening(created_us=at, created_by=by)
    for name in ("title", "text", "place", "starts_us", "answer_by_us", "guests", "segment_id"):
        if name in terms:
            setattr(evening, name, terms[name])
    if evening_id is None:
        evening.places = terms["places"]
    if evening.places < 1:
        raise CannotKeep("places", "There is at least one place.")
    if evening.answer_by_us > evening.starts_us:
        raise CannotKeep("answer_by", "People answer before it begins.")
    evening.save()
    audit(by=by, act="evening.save", object=f"evening:{evening.id}", at=at)
    return evening


@transaction.atomic
def cancel_evening(*, evening_id: int, by: str, at: int) -> None:
    """It does not take place; answers are kept."""
    Evening.objects.filter(id=evening_id, cancelled_us=None).update(cancelled_us=at)
    audit(by=by, act="evening.cancel", object=f"evening:{evening_id}", at=at)
