"""The mails the portal sends by itself. Each is a template that staff can rewrite; made when first needed."""

from __future__ import annotations

from typing import NamedTuple

from regulars.content.actions import create_template, publish, save_draft
from regulars.content.models import Template


class Letter(NamedTuple):
    """A mail as it is written at first."""

    name: str
    subject: str
    blocks: tuple[dict, ...]


CONFIRM = Letter(
    "Please confirm your sign-up",
    'Please confirm: {{ form | default: "our news" }}',
    (
        {"kind": "text", "text": 'You asked to hear from {{ business.name }}: {{ form | default: "our news" }}.'},
        {"kind": "button", "label": "Yes, I want this", "href": "{{ confirm_url | default: links.view }}"},
        {"kind": "text", "text": "If it was not you, do nothing: without your yes nothing is sent."},
    ),
)
SIGN_IN = Letter(
    "Your link to sign in",
    "Your link to {{ business.name }}",
    (
        {"kind": "text", "text": "Here you choose what you hear from {{ business.name }}."},
        {"kind": "button", "label": "Open my page", "href": "{{ sign_in_url | default: links.preferences }}"},
        {"kind": "text", "text": "The link works once, within an hour. If you did not ask for it, do nothing."},
    ),
)
TALK = Letter(
    "Confirm where our answer goes",
    "Where shall our answer go?",
    (
        {"kind": "text", "text": "You wrote to {{ business.name }} and left this address for the answer."},
        {"kind": "button", "label": "Yes, answer me here", "href": "{{ confirm_url | default: links.view }}"},
        {"kind": "text", "text": "If it was not you, do nothing: nothing is sent to you then."},
    ),
)
ANSWER = Letter(
    "An answer to what you wrote",
    "Our answer to you",
    (
        {"kind": "text", "text": '{{ answer | default: "We have answered you." }}'},
        {"kind": "button", "label": "Write back", "href": "{{ talk_url | default: links.view }}"},
        {"kind": "text", "text": "You get this because you wrote to {{ business.name }} and confirmed this address."},
    ),
)


def template_of(letter: Letter, *, at: int) -> int:
    """The template of a letter: the one of its name, made and published when there is none."""
    found = Template.objects.filter(name=letter.name, version__gt=0, archived_us=None).first()
    if found:
        return found.id
    made = create_template(name=letter.name, channel="email", kind="transactional", by="system", at=at)
    variant = {"subject": letter.subject, "preheader": "", "format": "blocks", "source": list(letter.blocks)}
    save_draft(template_id=made.id, language="en", variant=variant, by="system", at=at)
    publish(template_id=made.id, by="system", at=at)
    return made.id
