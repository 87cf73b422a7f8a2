import pytest
import typer
from typer.testing import CliRunner

from regulars.core.models import Business
from regulars.team import cli
from regulars.team.models import AuditEntry, User
from regulars.team.tests.conftest import PASSWORD

INIT = ["init", "--yes", "--name", "Corner Shop", "--owner", "Olga@Example.com"]


@pytest.fixture
def run(monkeypatch):
    """Run a command: run("init", "--yes") -> result with exit_code, stdout, stderr."""
    app = typer.Typer()
    cli.mount(app)
    monkeypatch.setattr(cli, "_start", lambda migrate=False: None)
    return lambda *words, **more: CliRunner().invoke(app, list(words), **more)


def _password(result) -> str:
    return result.stdout.split("assword of ")[1].split(": ")[1].split()[0]


def test_init_makes_the_business_and_an_owner_who_can_sign_in(run, db, client):
    result = run(
        *INIT, "--timezone", "Europe/Berlin", "--week-start", "sunday", "--currency", "eur", "--prices", "net",
        "--country", "de",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    shop = Business.objects.get()
    assert (shop.name, shop.timezone, shop.week_start) == ("Corner Shop", "Europe/Berlin", 6)
    assert (shop.currency, shop.prices, shop.country) == ("EUR", "net", "DE")
    form = {"login": "olga@example.com", "password": _password(result)}
    assert client.post("/account/login/", form).headers["Location"] == "/"
    assert User.objects.get().role == "owner" and AuditEntry.objects.filter(act="member.add").exists()


def test_init_takes_a_password_from_the_environment_and_does_not_print_it(run, db, client):
    result = run(*INIT, env={"REGULARS_OWNER_PASSWORD": PASSWORD})
    assert result.exit_code == 0 and PASSWORD not in result.output
    assert User.objects.get().check_password(PASSWORD)


def test_init_twice_changes_nothing_and_says_where_to_change_it(run, db):
    run(*INIT)
    again = run("init", "--yes", "--name", "Other", "--owner", "eve@example.com")
    assert again.exit_code == 1 and "Corner Shop already" in again.output
    assert Business.objects.get().name == "Corner Shop" and User.objects.count() == 1


def test_init_that_stopped_before_the_owner_can_be_finished(run, business):
    assert run("init", "--yes", "--owner", "olga@example.com").exit_code == 0
    assert Business.objects.get().name == "Northgate Sports" and User.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--owner", "o@example.com"], "business's name"),
        (["--name", "Shop"], "e-mail address"),
        (["--name", "Shop", "--owner", "olga"], "not an e-mail"),
        (["--name", "Shop", "--owner", "o@example.com", "--timezone", "Mars/Base"], "not a time zone"),
        (["--name", "Shop", "--owner", "o@example.com", "--currency", "pounds"], "3 letters"),
        (["--name", "Shop", "--owner", "o@example.com", "--country", "England"], "2 letters"),
        (["--name", "Shop", "--owner", "o@example.com", "--prices", "cheap"], "gross"),
        (["--name", "Shop", "--owner", "o@example.com", "--week-start", "someday"], "day of the week"),
        (["--name", "Shop", "--owner", "o@example.com", "--password", "short"], "at least 10"),
    ],
)
def test_init_refuses_what_cannot_be_with_a_sentence(run, db, options, says):
    result = run("init", "--yes", *options)
    assert result.exit_code == 1 and says in result.output, result.output
    assert not User.objects.exists()


def test_somebody_at_the_keyboard_is_told_what_cannot_be_and_asked_again(run, db, monkeypatch):
    monkeypatch.setattr(cli, "_at_keyboard", lambda: True)
    answers = [
        "Corner Shop",
        "Nowhere",
        "Europe/Berlin",
        "EURO",
        "eur",
        "Net",
        "",
        "never",
        "Sunday",
        "me@",
        "me@shop.example",
    ]
    result = run("init", input="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    for words in ("“Nowhere” is not a time zone", "“EURO” should be 3", "“never” is not a day", "“me@” is not an"):
        assert words in result.output
    shop = Business.objects.get()
    assert (shop.timezone, shop.currency, shop.prices, shop.week_start) == ("Europe/Berlin", "EUR", "net", 6)


def test_a_reset_password_signs_in_and_ends_sessions_but_keeps_the_second_factor(run, team, client):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=team["agent"], type="totp", data={})
    client.force_login(team["agent"])
    result = run("reset-password", "ARI@example.com")
    assert User.objects.get(id=team["agent"].id).check_password(_password(result))
    assert Authenticator.objects.count() == 1
    assert client.get("/account/password/change/").status_code == 302
    assert AuditEntry.objects.filter(act="member.reset_password", object=team["agent"].by).count() == 1


def test_the_second_factor_goes_only_when_asked(run, team):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=team["agent"], type="totp", data={})
    assert "1 in all" in run("reset-password", "ari@example.com", "--drop-second-factor").output
    assert not Authenticator.objects.exists()


def test_a_password_of_nobody_cannot_be_reset(run, team):
    result = run("reset-password", "eve@example.com")
    assert result.exit_code == 1 and "Nobody on the team" in result.output


def test_a_member_who_was_let_go_is_named_as_such(run, team, at):
    from regulars.team.actions import deactivate_member

    deactivate_member(user_id=team["agent"].id, by="system", at=at)
    assert "let go" in run("reset-password", "ari@example.com").output


def test_a_member_is_added_with_a_link(run, team, client, settings):
    result = run("add-member", "zoe@example.com", "--role", "analyst", "--name", "Zoe")
    path = result.output.split(settings.PUBLIC_URL)[1].strip()
    assert "Choose a password" in client.get(path, follow=True).content.decode()
    assert "already" in run("add-member", "zoe@example.com").output


def test_random_passwords_pass_the_house_rules():
    from django.contrib.auth.password_validation import validate_password

    made = {cli.random_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password)
