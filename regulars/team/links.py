"""Links with which a member chooses a password: single-use, three days, made by an owner, sent by hand.

Django's own signed tokens: they hold the old password's hash and the last sign-in, so that using one, signing in
or making a newer one (`new_link`) ends every earlier one.
"""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.team.actions import TeamError, audit
from regulars.team.models import User
from regulars.ui import toasts


@transaction.atomic
def password_link(*, user_id: int, by: str, at: int) -> str:
    """The path of a new link for this member. Somebody who has no password yet loses earlier links."""
    user = User.objects.select_for_update().get(id=user_id)
    if not user.is_active:
        raise TeamError("They were let go: take them back first.")
    if not user.has_usable_password():
        user.set_unusable_password()  # a new random suffix ends earlier links
        user.save(update_fields=["password"])
    audit(by=by, act="member.password_link", object=user.by, at=at)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("team:welcome", args=[uid, default_token_generator.make_token(user)])


class Welcome(PasswordResetConfirmView):
    """Where such a link leads. The token moves into the session at once, so no address bar or log keeps it."""

    template_name = "team/welcome.html"
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        audit(by=form.user.by, act="member.set_password", object=form.user.by, at=now_us())
        toasts.say(self.request, _("Your password is saved. Sign in with it."))
        return response
