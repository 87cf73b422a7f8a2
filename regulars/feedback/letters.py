"""The messages that ask: a template per survey, written from its questions in its languages. Staff may rewrite it.

A mail shows the scale of the first question; each number is a link that chooses it. A mail of an anonymous survey has
one link for everybody: which number somebody clicked would be known of their message.
"""

from __future__ import annotations

from typing import Any

from regulars.content.actions import create_template, publish, save_draft
from regulars.content.models import Template
from regulars.feedback.models import Survey
from regulars.feedback.questions import SCALES, Form, say

LETTER = {
    "en": ("One question, one click", "Hello", "Choose a number; you can add a word on the next page.", "Answer",
           "Your answer is anonymous: we learn that you answered, not what.", "How was it?"),
    "de": ("Eine Frage, ein Klick", "Guten Tag", "Wählen Sie eine Zahl; auf der nächsten Seite ist Platz für mehr.",
           "Antworten", "Ihre Antwort ist anonym: wir erfahren nur, dass Sie geantwortet haben.", "Wie war es?"),
    "fr": ("Une question, un clic", "Bonjour", "Choisissez un chiffre ; la page suivante laisse place à un mot.",
           "Répondre", "Votre réponse est anonyme : nous savons que vous avez répondu, pas quoi.", "Votre avis ?"),
    "es": ("Una pregunta, un clic", "Hola", "Elija un número; en la página siguiente puede añadir unas palabras.",
           "Responder", "Su respuesta es anónima: sabemos que respondió, no qué.", "¿Qué tal fue?"),
}  # fmt: skip


def write(survey: Survey, form: Form, *, at: int, by: str) -> int:
    """The template that asks this survey, written anew; its number."""
    draft = {
        one: _mail(survey, form, one) if survey.channel == "email" else _sms(form, one) for one in form.languages
    }
    made = Template.objects.filter(id=survey.template_id or 0, archived_us=None, channel=survey.channel).first()
    if made is None:
        name = _free_name(f"Survey: {survey.name}"[:110])
        made = create_template(name=name, channel=survey.channel, kind="marketing", draft=draft, by=by, at=at)
    for language, variant in draft.items():
        save_draft(template_id=made.id, language=language, variant=variant, by=by, at=at)
    publish(template_id=made.id, by=by, at=at)
    return made.id


def _free_name(name: str) -> str:
    taken = set(Template.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(one for n in range(1, 1000) if (one := name if n == 1 else f"{name} {n}") not in taken)


def _mail(survey: Survey, form: Form, language: str) -> dict[str, Any]:
    subject, hello, choose, answer, anonymous, _ = LETTER.get(language[:2], LETTER["en"])
    question = say(form.questions[0].text, form, language)
    blocks: list[dict[str, Any]] = [
        {"kind": "text", "text": f"{hello},"},
        {"kind": "heading", "text": question, "level": 2},
    ]
    if form.questions[0].kind in SCALES and not survey.anonymous:
        numbers = " ".join(f"[{n}]({{{{ survey.url | default: links.view }}}}/{n})" for n in form.questions[0].scale)
        blocks += [{"kind": "text", "text": numbers, "size": "large"}, {"kind": "text", "text": choose}]
    else:
        blocks.append({"kind": "button", "label": answer, "href": "{{ survey.url | default: links.view }}"})
    if survey.anonymous:
        blocks.append({"kind": "text", "text": anonymous, "size": "small"})
    blocks.append({"kind": "footer"})
    return {"subject": subject, "preheader": question[:120], "format": "blocks", "source": blocks}


def _sms(form: Form, language: str) -> dict[str, Any]:
    """A number sent back is the answer; the link is for everything else."""
    question = say(form.questions[0].text, form, language)
    low_high = "-".join(map(str, SCALES[form.questions[0].kind])) if form.questions[0].kind in SCALES else ""
    text = f"{question} {f'({low_high}) ' if low_high else ''}{{{{ survey.url | default: links.view }}}}"
    return {"subject": "", "preheader": "", "format": "text", "source": text}
