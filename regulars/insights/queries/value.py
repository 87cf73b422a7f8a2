"""Value: what the base is worth, how sure that is, who holds it, and whether the model tells the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.insights import rfm
from regulars.insights.checking import Bucket, Check
from regulars.insights.models import Fit, Prediction
from regulars.insights.queries.lines import Attention, Listed, drifting, lines, listed
from regulars.insights.queries.reports import newest
from regulars.insights.worth import Worth

MODELS = {
    "bgnbd": _("BG/NBD: how often people buy, and when they leave"),
    "mbgnbd": _("MBG/NBD: the same, where people may leave after the first purchase"),
    "gammagamma": _("Gamma-Gamma: how much they spend per purchase"),
}
PARAMETERS = {
    ("bgnbd", "r"): _("how alike people's buying rates are (larger: more alike)"),
    ("bgnbd", "alpha"): _("weeks; r / alpha is the mean number of purchases per week"),
    ("bgnbd", "a"): _("with b: the chance to leave after a purchase; the mean is a / (a + b)"),
    ("bgnbd", "b"): _("see a"),
    ("gammagamma", "p"): _("how even one person's purchases are (larger: more even)"),
    ("gammagamma", "q"): _("how alike people's mean spend is (larger: more alike)"),
    ("gammagamma", "gamma"): _("scale in the base currency; p gamma / (q - 1) is the mean purchase"),
}
MEANINGS = {
    "value": _(
        "Expected turnover of the next 12 months from today's customers, after refunds, discounted at 10% a year. It "
        "is turnover, not profit, and holds no purchases of people who have yet to come."
    ),
    "interval": _("Nine in ten plays of the next year, over the uncertainty of the parameters and over chance."),
    "check": _(
        "The model saw only what came before the cut and predicted what came after it. A slope of 1 is honest: below "
        "1 it exaggerates differences between people, above 1 it plays them down."
    ),
    "auc": _("The chance that somebody who bought was ranked above somebody who did not; 0.5 is a coin."),
    "map": _("Recency and frequency in fifths of the base: up is lately, right is often."),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its standard error, and the true value where it is known."""

    name: str
    estimate: float
    error: float
    known: float | None
    meaning: str


@dataclass(frozen=True, slots=True)
class FitLine:
    """One fitted model."""

    model: str
    label: str
    customers: int
    log_likelihood: float
    converged: bool
    parameters: list[Parameter]


@dataclass(frozen=True, slots=True)
class MapCell:
    """One place on the RFM map; `spent` so far before refunds and `value` of the next 12 months are minor units."""

    recency: int
    frequency: int
    cell: str
    customers: int
    spent: int
    value: int


@dataclass(frozen=True, slots=True)
class Place:
    """All cells of one name."""

    name: str
    meaning: str
    customers: int
    share: float
    value: int


@dataclass(frozen=True, slots=True)
class ValuePage:
    """`shares[k]` is the share of value held by the best (k + 1) tenths. Worth is in minor units."""

    as_of_us: int
    currency: str
    worth: Worth
    purchases_13w: float
    buyers_13w: float
    fits: list[FitLine]
    map: list[MapCell]
    places: list[Place]
    shares: list[float]
    check: Check | None
    top: list[Attention]
    slipping: list[Attention]
    meanings: dict[str, str]


def value(*, at: int, limit: int = 10) -> ValuePage | None:
    """The page as of the last night; the two lists are live. None before the first refit."""
    report = newest("value")
    if report is None:
        return None
    found, business = report.content, Business.load()
    unit = 10 ** exponent(business.currency)
    cells = [_cell(stored, unit) for stored in found["map"]]
    return ValuePage(
        as_of_us=report.as_of_us,
        currency=business.currency,
        worth=Worth(**{name: round(amount * unit) for name, amount in found["worth"].items()}),
        purchases_13w=found["purchases_13w"],
        buyers_13w=found["buyers_13w"],
        fits=_fits(report.as_of_us),
        map=cells,
        places=_places(cells),
        shares=found["shares"],
        check=_check(found["check"]),
        top=lines(Prediction.objects.order_by("-value_12m", "person_id")[:limit], at=at),
        slipping=lines(drifting(at).order_by("-at_stake", "person_id")[:limit], at=at, since="drifts_us"),
        meanings={name: str(text) for name, text in MEANINGS.items()},
    )


def people_on_map(*, cell: str, at: int, after: str = "", limit: int = 50) -> Listed:
    """The people behind one name on the map, most valuable first."""
    return listed(Prediction.objects.filter(cell=cell), "value_12m", after=after, limit=limit, at=at)


def _cell(stored: dict[str, Any], unit: int) -> MapCell:
    return MapCell(**{**stored, "spent": round(stored["spent"] * unit), "value": round(stored["value"] * unit)})


def _places(cells: list[MapCell]) -> list[Place]:
    everyone = max(sum(c.customers for c in cells), 1)
    places = []
    for name, meaning in rfm.MEANING.items():
        mine = [c for c in cells if c.cell == name]
        customers = sum(c.customers for c in mine)
        places.append(Place(name, gettext(meaning), customers, customers / everyone, sum(c.value for c in mine)))
    return places


def _check(stored: dict[str, Any] | None) -> Check | None:
    return stored and Check(**{**stored, "buckets": tuple(Bucket(**b) for b in stored["buckets"])})


def _fits(as_of_us: int) -> list[FitLine]:
    known = {fit.model: fit.parameters for fit in Fit.objects.filter(origin="known")}
    found = {fit.model: fit for fit in Fit.objects.filter(origin="estimated", as_of_us=as_of_us)}
    return [_line(found[model], known.get(model, {})) for model in MODELS if model in found]


def _line(fit: Fit, known: dict[str, float]) -> FitLine:
    meaning = "bgnbd" if fit.model == "mbgnbd" else fit.model
    parameters = [
        Parameter(name, estimate, fit.errors[name], known.get(name), str(PARAMETERS[meaning, name]))
        for name, estimate in fit.parameters.items()
    ]
    return FitLine(fit.model, str(MODELS[fit.model]), fit.customers, fit.log_likelihood, fit.converged, parameters)
