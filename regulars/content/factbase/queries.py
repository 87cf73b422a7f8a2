"""What can be asked of the fact base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import Length

from regulars.content.factbase.models import Statement, StatementUse, StatementVersion
from regulars.content.factbase.ranking import Index
from regulars.content.honesty import Fact
from regulars.content.honesty.reading import read
from regulars.core.clock import DAY
from regulars.team.queries import others_who_may

AHEAD = 14 * DAY  # owners are warned so long before
_kept: dict[tuple, tuple[list[StatementVersion], Index[int], tuple[Fact, ...]]] = {}


@dataclass(frozen=True)
class Suggestion:
    """A statement that fits a question. `fit` is from 0 to 1; times in microseconds."""

    statement_id: int
    number: int
    kind: str
    title: str
    text: str
    source: str
    link: str
    approved_us: int
    expires_us: int | None
    maker: str
    where: str
    fit: float


def in_force(*, at: int, audience: str = "public") -> list[StatementVersion]:
    """Approved versions that count at this time; `audience` "staff" brings those for us alone as well."""
    return [row for row in _live()[0] if _counts(row, at) and audience in ("staff", row.audience)]


def lapsed(*, at: int) -> list[StatementVersion]:
    """Those for the public that counted until they expired: they support nothing, and the gate says so."""
    return [row for row in _live()[0] if not _counts(row, at) and row.audience == "public"]


def _counts(row: StatementVersion, at: int) -> bool:
    return row.expires_us is None or row.expires_us > at


def _live() -> tuple[list[StatementVersion], Index[int], tuple[Fact, ...]]:
    """Approved and not taken out, with an index over their words; read anew when anything changed."""
    key = _stamp()
    if key not in _kept:
        rows = _approved()
        told = tuple(fact for row in rows if row.audience == "public" for fact in as_facts(row))
        _kept.clear()
        _kept[key] = rows, Index((place, _words(row)) for place, row in enumerate(rows)), told
    return _kept[key]


def _stamp() -> tuple:
    """Another one whenever anything was written, approved or taken out: two small questions."""
    changed = {"last": Max("changed_us"), "versions": Sum("version"), "retired": Count("retired_us"), "id": Max("id")}
    said = {"words": Sum(Length("text")), "rows": Count("id"), "approved": Count("approved_us")}
    return (*Statement.objects.aggregate(**changed).values(), *StatementVersion.objects.aggregate(**said).values())


def _approved() -> list[StatementVersion]:
    numbers = dict(Statement.objects.filter(retired_us=None, version__gt=0).values_list("id", "version"))
    rows = StatementVersion.objects.filter(statement_id__in=numbers, approved_us__isnull=False).order_by(
        "statement_id"
    )
    return [row for row in rows if numbers[row.statement_id] == row.number]


def _words(row: StatementVersion) -> str:
    return f"{row.title} {row.title} {row.subject} {row.text} {row.maker}"


def facts_to_check() -> tuple[Fact, ...]:
    """What the honesty gate compares with: everything for the public that is in force, and what has expired, which it
    names as such. Kept until anything changes."""
    return _live()[2]


def as_facts(version: StatementVersion) -> list[Fact]:
    """A version as the honesty gate reads it: an article sentence by sentence, for a long text supports too much."""
    whole = f"{version.title}: {version.text} {version.where}" if version.where else version.text
    parts = [whole] if not version.title or version.where else _sentences(whole)
    return [
        Fact(
            id=version.statement_id,
            text=part,
            number=version.number,
            subject=f"{version.subject} {version.title}".strip(),
            source=version.source,
            language=version.language,
            approved_us=version.approved_us or 0,
            expires_us=version.expires_us,
            alone=version.alone,
        )
        for part in parts
    ]


def _sentences(text: str) -> list[str]:
    reading = read(text)
    places = [reading.place(one.start, one.end) for one in reading.sentences]
    return [text[start:end] for start, end in places]


def suggest(text: str, *, at: int, about: str = "", limit: int = 5, kinds: Sequence[str] = ()) -> list[Suggestion]:
    """Statements in force that fit what somebody wrote, best first. `about` is a product, category or topic it is
    about, when that is known. Those for staff alone are among them, and say so by nothing here: use `in_force` for
    what may be told."""
    rows, index, _told = _live()
    found = index.best(f"{text} {about}", limit=limit * 4)
    fitting = [(rows[place], fit) for place, fit in found if _counts(rows[place], at)]
    chosen = [(row, fit) for row, fit in fitting if row.audience == "public"]
    names = dict(
        Statement.objects.filter(id__in=[row.statement_id for row, _fit in chosen]).values_list("id", "kind")
    )
    made = [_suggestion(row, names[row.statement_id], fit) for row, fit in chosen]
    return [one for one in made if not kinds or one.kind in kinds][:limit]


def _suggestion(row: StatementVersion, kind: str, fit: float) -> Suggestion:
    same = ("number", "title", "text", "source", "link", "expires_us", "maker", "where")
    said = {name: getattr(row, name) for name in same}
    return Suggestion(statement_id=row.statement_id, kind=kind, approved_us=row.approved_us or 0, fit=fit, **said)


def page(
    *, box: str, at: int, words: str = "", owner: str = "", limit: int = 100
) -> list[tuple[Statement, StatementVersion]]:
    """(statement, the version to show) of a box: force, review, ending, sent-back, retired. `words`: search."""
    found = _box(box, at)
    if owner:
        found = found.filter(owner=owner)
    statements = list(found.order_by("-changed_us", "-id")[:2000])
    shown = [
        (one, one.newest if box in ("review", "sent-back") or not one.version else one.version) for one in statements
    ]
    versions = _versions([(one.id, number) for one, number in shown])
    pairs = [(one, versions[one.id]) for one, _number in shown if one.id in versions]
    if words:
        fitting = Index((place, _words(version)) for place, (_one, version) in enumerate(pairs))
        pairs = [pairs[place] for place, _fit in fitting.best(words, limit=limit)]
    return pairs[:limit]


def _box(box: str, at: int) -> QuerySet[Statement]:
    live = Statement.objects.filter(retired_us=None)
    match box:
        case "review":
            return live.filter(id__in=waiting_versions().values("statement_id"))
        case "ending":
            return live.filter(version__gt=0, expires_us__isnull=False, expires_us__lte=at + AHEAD)
        case "sent-back":
            refused = StatementVersion.objects.filter(refused_us__isnull=False)
            return live.filter(newest__gt=F("version"), id__in=refused.values("statement_id")).exclude(
                id__in=waiting_versions().values("statement_id")
            )
        case "retired":
            return Statement.objects.filter(retired_us__isnull=False)
    return live.filter(version__gt=0)


def waiting_versions() -> QuerySet[StatementVersion]:
    """Versions that nobody approved or sent back yet, oldest first."""
    return StatementVersion.objects.filter(approved_us=None, refused_us=None).order_by("at", "id")


def waiting_for(by: str) -> int:
    """How many wait that this colleague may decide: what others wrote; their own only while nobody else could."""
    writers = list(waiting_versions().values_list("by", flat=True))
    own = writers.count(by)
    return len(writers) if own and is_alone(by) else len(writers) - own


def is_alone(by: str) -> bool:
    """Whether this is the owner, and nobody else could approve a statement: a shop of one."""
    return [(user.by, user.role) for user in others_who_may("facts.approve", than="")] == [(by, "owner")]


def _versions(wanted: list[tuple[int, int]]) -> dict[int, StatementVersion]:
    numbers = dict(wanted)
    rows = StatementVersion.objects.filter(statement_id__in=numbers)
    return {row.statement_id: row for row in rows if numbers[row.statement_id] == row.number}


def counts(*, at: int) -> dict[str, int]:
    """How many are in each box."""
    return {box: _box(box, at).count() for box in ("force", "review", "ending", "sent-back", "retired")}


def versions(statement_id: int) -> list[StatementVersion]:
    """All versions of a statement, newest first."""
    return list(StatementVersion.objects.filter(statement_id=statement_id).order_by("-number"))


def uses(statement_id: int, *, limit: int = 100) -> list[StatementUse]:
    """Where a statement was leant on, newest first."""
    return list(StatementUse.objects.filter(statement_id=statement_id).order_by("-at", "-id")[:limit])


def times_used(statement_ids: Sequence[int]) -> dict[int, int]:
    """{statement: how many texts leant on it}."""
    rows = StatementUse.objects.filter(statement_id__in=statement_ids).values("statement_id")
    return dict(rows.annotate(times=Count("id")).values_list("statement_id", "times"))


def ending(*, at: int, owner: str = "") -> list[Statement]:
    """In force or just expired, and soon or already over: what owners have to look at."""
    found = _box("ending", at).order_by("expires_us")
    return list(found.filter(owner=owner) if owner else found)
