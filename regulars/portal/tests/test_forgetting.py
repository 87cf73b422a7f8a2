"""Sign-ups nobody confirmed are forgotten; what was confirmed stays."""

import pytest

from regulars.portal.models import Joining, SignIn
from regulars.portal.upkeep import KEPT_US, forget_old

pytestmark = pytest.mark.django_db


def test_what_expired_a_month_ago_is_forgotten_unless_it_was_confirmed(at):
    old, recent = at - KEPT_US - 1, at - KEPT_US + 1
    for name, expires, confirmed in (("a", old, None), ("b", recent, None), ("c", old, old)):
        Joining.objects.create(
            digest=name,
            form_id=1,
            said="",
            address=name,
            wording="",
            asked_us=0,
            expires_us=expires,
            confirmed_us=confirmed,
        )
    SignIn.objects.create(digest="d", node_id=1, asked_us=0, expires_us=old)
    forget_old(at=at)
    assert set(Joining.objects.values_list("digest", flat=True)) == {"b", "c"}
    assert not SignIn.objects.exists()
