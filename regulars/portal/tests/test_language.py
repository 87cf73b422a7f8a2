"""Customers' pages speak the visitor's language, whole; staff pages speak one."""

import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings

PORTAL = Path(__file__).resolve().parents[1]
STAFF = {"form.html", "forms.html"}
TEXT = re.compile(r'{% translate "((?:[^"\\]|\\.)*)"')
QUOTED = re.compile(r"{% translate '((?:[^'\\]|\\.)*)'")
BLOCK = re.compile(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL)


def _said() -> set[str]:
    """Every text of customers' templates, as gettext knows it."""
    found = set()
    for path in (PORTAL / "templates/portal").glob("*.html"):
        if path.name not in STAFF:
            text = path.read_text()
            found |= set(TEXT.findall(text))
            found |= set(QUOTED.findall(text))
            blocks = (block.split("{% plural %}")[0] for block in BLOCK.findall(text))
            found |= {re.sub(r"{{ (\w+) }}", r"%(\1)s", block) for block in blocks}
    return found


def first(text: str | tuple[str, ...]) -> str:
    """The singular, where a message has both."""
    return text if isinstance(text, str) else text[0]


@pytest.mark.anydb
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES if code != "en"])
def test_every_text_a_customer_sees_is_translated(language):
    with (PORTAL / f"locale/{language}/LC_MESSAGES/django.mo").open("rb") as file:
        known = {first(message.id) for message in read_mo(file) if message.string}
    assert _said() - known == set()
    assert len(_said()) > 40


@pytest.mark.django_db
def test_the_visitors_language_counts_and_english_where_theirs_is_missing(client, business):
    assert "gilt nicht mehr" in client.get("/u/x", HTTP_ACCEPT_LANGUAGE="de-AT,en;q=0.5").content.decode()
    assert "does not work" in client.get("/u/x", HTTP_ACCEPT_LANGUAGE="ja").content.decode()
    assert client.get("/account/login/", HTTP_ACCEPT_LANGUAGE="de")["Content-Language"] == "en-gb"
