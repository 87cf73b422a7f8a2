"""Friends: the link on one's loyalty page, the offer it leads to, and the cookie that remembers the click."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse

from regulars.core.clock import now_us
from regulars.core.crypto import digest
from regulars.loyalty.models import Programme, Referral, ReferralCode, ReferralTerms, Reward
from regulars.loyalty.queries import current
from regulars.loyalty.referrals.linking import codes_of, note_device, url_of
from regulars.loyalty.referrals.terms import offered
from regulars.people.queries import nodes_of
from regulars.portal.actions import save_form
from regulars.portal.models import Form
from regulars.portal.views.visit import ip_of

WORDING = (
    "I agree that you write to me by e-mail with news and offers."
    " I can stop it at any time by the link in every message."
)
SLUG, SALT = "friends", "friend"
CLICKED, DEVICE = "came_by", "visitor"
YEAR_S, DAYS_90_S = 365 * 24 * 3600, 90 * 24 * 3600


@dataclass(frozen=True)
class Mine:
    """The link of one member, and how it went."""

    url: str
    code: str
    came: int
    rewarded: int
    mine: str
    theirs: str


def mine(person_id: int, *, device: str, place: str, at: int) -> Mine | None:
    """The member's own link; None while friends are not rewarded."""
    from regulars.loyalty.rewards import codes

    terms = offered()
    if not terms.on:
        return None
    code = codes_of([person_id], at=at)[person_id]
    if device and (code.device, code.place) != (device, place):
        note_device(code.id, device=device, place=place, at=at)
    came = Referral.objects.filter(node_id__in=nodes_of([person_id])[person_id]).exclude(state="void")
    rewarded = came.filter(state="rewarded").count()
    return Mine(url_of(code), codes.shown(code.code), came.count(), rewarded, *what_both_get(terms))


def what_both_get(terms: ReferralTerms) -> tuple[str, str]:
    """(what who brings a friend gets, what the friend gets), in words."""
    return _gets(terms.referrer_reward_id, terms.referrer_points), _gets(terms.friend_reward_id, terms.friend_points)


def _gets(reward_id: int | None, points: int) -> str:
    programme, parts = current(), []
    name = Reward.objects.filter(id=reward_id or 0).values_list("name", flat=True).first()
    if name:
        parts.append(name)
    if points and programme:
        parts.append(f"{points} {programme.unit}")
    return " + ".join(parts)


def form_of() -> Form | None:
    """The sign-up form that friends fill in, made when it is first needed; None when staff put it away."""
    found = Form.objects.filter(slug=SLUG).first()
    if found is None:
        values = {"name": SLUG.title(), "headline": "Sign up with your e-mail address", "wording": WORDING}
        found = save_form(values=values, by="system", at=now_us())
    return found if found.archived_us is None else None


def club_to_join() -> Programme | None:
    """The programme, where people take part by joining: the friend can do it with the same yes."""
    programme = current()
    return programme if programme and programme.membership == Programme.Membership.JOINED else None


def device_of(request: HttpRequest) -> str:
    """A digest of the device's cookie; "" when it has none yet."""
    said = request.COOKIES.get(DEVICE, "")[:64]
    return digest("device", said) if said else ""


def place_of(request: HttpRequest) -> str:
    """A digest of the network address."""
    return digest("place", ip_of(request))


def remember(request: HttpRequest, response: HttpResponse, code: ReferralCode | None = None, at: int = 0) -> None:
    """The cookies of a visitor: a random number of the device, and by whose link they came, sealed."""
    same = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    if not request.COOKIES.get(DEVICE):
        response.set_cookie(DEVICE, secrets.token_urlsafe(16), max_age=YEAR_S, **same)
    if code is not None and clicked(request, code) is None:
        seal = signing.dumps([code.code, at], salt=SALT)
        response.set_cookie(CLICKED, seal, max_age=DAYS_90_S, path="/r/", **same)


def clicked(request: HttpRequest, code: ReferralCode) -> int | None:
    """When this browser first followed this link; None if it never did, or that is forgotten."""
    try:
        said, at = signing.loads(request.COOKIES.get(CLICKED, ""), salt=SALT, max_age=DAYS_90_S)
    except (signing.BadSignature, ValueError):
        return None
    return at if said == code.code else None
