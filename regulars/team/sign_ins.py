"""Sign-ins and changes of one's own password and second factors go into the audit log too."""

from __future__ import annotations

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from regulars.core.clock import now_us
from regulars.team.actions import audit


def _note(user, act: str, **details) -> None:
    audit(by=user.by, act=act, object=user.by, details=details, at=now_us())


@receiver(user_logged_in)
def _signed_in(sender, user, **_) -> None:
    _note(user, "member.sign_in")


@receiver(account.password_changed)
def _password_changed(sender, user, **_) -> None:
    _note(user, "member.set_password")


@receiver(mfa.authenticator_added)
def _factor_added(sender, user, authenticator, **_) -> None:
    _note(user, "member.add_second_factor", kind=authenticator.type)


@receiver(mfa.authenticator_removed)
def _factor_removed(sender, user, authenticator, **_) -> None:
    _note(user, "member.remove_second_factor", kind=authenticator.type)


@receiver(mfa.authenticator_reset)
def _codes_made(sender, user, authenticator, **_) -> None:
    _note(user, "member.new_recovery_codes", kind=authenticator.type)
