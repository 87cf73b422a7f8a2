"""Commands for who runs the installation: set it up, let people in, let them in again."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else
QUESTIONS = {
    "name": ("The business's name", None),
    "timezone": ("Its time zone", "Europe/London"),
    "currency": ("Its base currency", "GBP"),
    "prices": ("Are prices gross (with tax) or net", "gross"),
    "country": ("Its country (two letters)", "GB"),
}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def mount(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(init)
    app.command("reset-password")(reset_password)
    app.command("add-member")(add_member)


def init(
    name: Annotated[str, typer.Option(help="the business's name")] = "",
    timezone: Annotated[str, typer.Option(help="such as Europe/London")] = "",
    week_start: Annotated[str, typer.Option(help="monday or sunday (or another day)")] = "",
    currency: Annotated[str, typer.Option(help="base currency, three letters")] = "",
    prices: Annotated[str, typer.Option(help="gross (with tax) or net")] = "",
    country: Annotated[str, typer.Option(help="two letters, for phone numbers without a country code")] = "",
    owner: Annotated[str, typer.Option(help="e-mail address of the owner")] = "",
    owner_name: Annotated[str, typer.Option(help="name of the owner")] = "",
    password: Annotated[str, typer.Option(envvar="REGULARS_OWNER_PASSWORD", help="else a random one")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="ask nothing: defaults for what is not given")] = False,
) -> None:
    """Set up the business and its owner. Asks for what the options do not say."""
    _start(migrate=True)
    from regulars.core.models import Business
    from regulars.team import queries

    asked = not yes and _at_keyboard()
    known = Business.objects.filter(id=1).first()
    if known and queries.owners():
        _stop(f"This installation serves {known} already. Change it on the page Settings.")
    if not known:
        options = {"name": name, "timezone": timezone, "week_start": week_start}
        known = _make_business(asked, **options, currency=currency, prices=prices, country=country)
    _make_owner(asked, owner, owner_name, password)
    typer.echo(f"{known} is set up. Start with: regulars serve")


def reset_password(
    email: str,
    drop_second_factor: Annotated[bool, typer.Option(help="also remove app, passkeys and recovery codes")] = False,
) -> None:
    """Give a member a new random password and print it. Nothing else changes; their sessions end."""
    _start()
    from regulars.core.clock import now_us
    from regulars.team import actions

    user = _member(email)
    fresh = random_password()
    actions.set_password(user_id=user.id, password=fresh, by="system", act="member.reset_password", at=now_us())
    if drop_second_factor:
        removed = actions.drop_second_factor(user_id=user.id, by="system", at=now_us())
        typer.echo(f"Second factor removed ({removed} in all).")
    if not user.is_active:
        typer.echo("They were let go: an owner has to take them back before they can sign in.", err=True)
    typer.echo(f"New password of {user.email}: {fresh}")


def add_member(
    email: str,
    role: Annotated[str, typer.Option(help="owner, marketer, agent, analyst or reader")] = "reader",
    name: Annotated[str, typer.Option(help="their name")] = "",
) -> None:
    """Add somebody to the team and print the link with which they choose a password."""
    _start()
    from django.conf import settings

    from regulars.core.clock import now_us
    from regulars.team import actions, links

    try:
        user = actions.add_member(email=email, name=name, role=role, by="system", at=now_us())
    except actions.TeamError as error:
        _stop(str(error))
    path = links.password_link(user_id=user.id, by="system", at=now_us())
    typer.echo(f"Give them this link; it works once, for three days:\n{settings.PUBLIC_URL}{path}")


def random_password() -> str:
    """Four groups of four that can be read over the telephone: 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _start(*, migrate: bool = False) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)


def _stop(why: str) -> None:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _at_keyboard() -> bool:
    return sys.stdin.isatty()


def _ask(asked: bool, given: str, question: str, default: str | None, right: Callable[[str], str] = str) -> str:
    """The answer; somebody at the keyboard is told what cannot be, and asked again."""
    if asked and not given:
        return typer.prompt(question, default=default, value_proc=partial(_understood, right))
    if not given and default is None:
        _stop(f"{question}: say it as an option (see regulars init --help).")
    return given or default


def _understood(right: Callable[[str], str], answer: str) -> str:
    try:
        return right(answer.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _day(text: str) -> str:
    if text.lower() not in DAYS:
        raise ValueError(f"“{text}” is not a day of the week, such as monday or sunday.")
    return text.lower()


def _address(text: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(f"“{text}” is not an e-mail address.") from None
    return text


def _make_business(asked: bool, **given: str):
    from regulars.core.actions import checked, save_business

    said = {
        field: _ask(asked, given[field], question, default, partial(checked, field))
        for field, (question, default) in QUESTIONS.items()
    }
    day = _ask(asked, given["week_start"], "The day its week begins on", "monday", _day)
    try:
        return save_business(**said, week_start=DAYS.index(_day(day)))
    except ValueError as error:
        _stop(str(error))


def _make_owner(asked: bool, email: str, name: str, password: str) -> None:
    from regulars.core.clock import now_us
    from regulars.team.actions import TeamError
    from regulars.team.actions import add_member as add

    email = _ask(asked, email, "The owner's e-mail address", None, _address)
    chosen = _checked(password) or random_password()
    try:
        add(email=email, name=name, role="owner", by="system", at=now_us(), password=chosen)
    except TeamError as error:
        _stop(str(error))
    if not password:
        typer.echo(f"Password of {email}: {chosen}")


def _checked(password: str) -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        if password:
            validate_password(password)
    except ValidationError as error:
        _stop(" ".join(error.messages))
    return password


def _member(email: str):
    from regulars.team.models import User

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        _stop(f"Nobody on the team has the address {email}.")
    return user
