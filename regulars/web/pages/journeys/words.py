"""Steps and starts in words, for the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.content.models import Template
from regulars.core.plugs import registry
from regulars.feedback.models import Survey
from regulars.segments.catalog import catalog_now
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Segment
from regulars.segments.parsing import parse
from regulars.segments.queries import sentences

Raw = dict[str, Any]


def weekdays() -> list[str]:
    """Monday to Sunday, short."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


@dataclass(frozen=True)
class Words:
    """What is called how: texts and lists by number."""

    templates: dict[int, str]
    segments: dict[int, str]
    catalog: Any

    @classmethod
    def now(cls) -> Words:
        """As of now."""
        return cls(
            dict(Template.objects.values_list("id", "name")),
            dict(Segment.objects.values_list("id", "name")),
            catalog_now(),
        )

    def step(self, raw: Raw) -> str:
        """What a step does, in one sentence."""
        say = getattr(self, f"_{raw.get('kind')}", None)
        return say(raw) if say else ""

    def start(self, raw: Raw) -> str:
        """Who enters."""
        kind = raw.get("kind")
        if kind == "event":
            return _("When somebody did %s") % self.event(raw)
        if kind == "segment":
            name = self.segments.get(raw.get("segment", 0), _("a segment (choose one)"))
            said = _("When somebody leaves “%s”") if raw.get("on") == "leave" else _("When somebody enters “%s”")
            return said % name
        if kind == "date":
            fact, days = self._fact_name(raw.get("fact", "")), raw.get("days_before", 0)
            before = ngettext("%(n)s day before: %(fact)s", "%(n)s days before: %(fact)s", days)
            once = "" if raw.get("yearly", True) else _(" (once)")
            return (before % {"n": days, "fact": fact} if days else _("On the day: %s") % fact) + once
        if kind == "threshold":
            return _("When somebody comes to meet: %s") % self.condition(raw.get("condition"))
        return _("Whoever you put in by hand")

    def piece(self, open_at: str, raw: Raw | None) -> str:
        """The start, the goal, or a step with its name; "" where there is none."""
        if not raw:
            return ""
        if open_at == "start":
            return self.start(raw)
        if open_at == "goal":
            return self.goal(raw)
        return ": ".join(filter(None, [raw.get("title", ""), self.step(raw)]))

    def goal(self, raw: Raw) -> str:
        """What the journey is for."""
        if "condition" in raw:
            return _("Whoever comes to meet %s leaves") % self.condition(raw["condition"])
        return _("Whoever does %s leaves") % self.event(raw)

    def again(self, raw: Raw) -> str:
        """Whether people enter again."""
        again = raw.get("again", {"after_days": 300} if raw.get("kind") == "date" else "never")
        if isinstance(again, dict):
            return _("Again after %s days") % again.get("after_days")
        return _("Every time, but never twice at once") if again == "always" else _("Once in a lifetime")

    def condition(self, raw: Any) -> str:
        """A condition in one line."""
        try:
            lines = sentences(parse(raw, self.catalog))
        except DefinitionError as error:
            return _("not finished (%s)") % error.message
        return lines[0] if len(lines) == 1 else "; ".join(line.strip() for line in lines[1:])

    def event(self, raw: Raw) -> str:
        """An event with its filter."""
        name = raw.get("event") or _("something (choose an event)")
        if not raw.get("where"):
            return name
        said = self.condition({"event": name, "where": raw["where"]})
        return said.removesuffix(" happened").replace("“", "").replace("”", "", 1)

    def _fact_name(self, name: str) -> str:
        known = registry.facts.get(name)
        return str(known.label) if known else name.removeprefix("trait:")

    def _send(self, raw: Raw) -> str:
        return self.templates.get(raw.get("template", 0)) or _("choose a message")

    def _wait(self, raw: Raw) -> str:
        return time_of(raw)

    def _wait_until(self, raw: Raw) -> str:
        days = [weekdays()[day] for day in raw.get("weekdays", []) if day in range(7)]
        said = {"time": raw.get("time", ""), "days": ", ".join(days)}
        return _("%(time)s on %(days)s, their time") % said if days else _("%(time)s, their time") % said

    def _wait_event(self, raw: Raw) -> str:
        return _("%(event)s within %(time)s") % {"event": self.event(raw), "time": time_of(raw, "within_")}

    def _branch(self, raw: Raw) -> str:
        return self.condition(raw.get("condition"))

    def _random(self, raw: Raw) -> str:
        return " / ".join(f"{way.get('share', '?')} %" for way in raw.get("ways", []))

    def _fact(self, raw: Raw) -> str:
        value = raw.get("value")
        shown = {True: _("yes"), False: _("no")}.get(value, value) if isinstance(value, bool) else value
        return f"{raw.get('name') or '…'}: {shown}"

    def _list(self, raw: Raw) -> str:
        return self.segments.get(raw.get("list", 0)) or _("choose a list")

    def _points(self, raw: Raw) -> str:
        return ngettext("%(n)s point", "%(n)s points", raw.get("points") or 0) % {"n": raw.get("points") or "?"}

    def _survey(self, raw: Raw) -> str:
        found = Survey.objects.filter(id=raw.get("survey") or 0).values_list("name", flat=True).first()
        return found or _("choose a survey")

    def _webhook(self, raw: Raw) -> str:
        return raw.get("url") or _("say which address")

    def _ask(self, raw: Raw) -> str:
        text = raw.get("text") or _("say what to do")
        days = raw.get("wait_days")
        return f"{text} ({_('waits up to %s days') % days})" if days else text


def time_of(raw: Raw, prefix: str = "") -> str:
    """ "3 days 2 hours"."""
    units: Sequence[tuple[str, str, str]] = (
        ("days", "%s day", "%s days"), ("hours", "%s hour", "%s hours"), ("minutes", "%s minute", "%s minutes"),
    )  # fmt: skip
    said = [
        ngettext(one, many, n) % n for unit, one, many in units if isinstance(n := raw.get(prefix + unit), int) and n
    ]
    return " ".join(said) or _("say how long")
