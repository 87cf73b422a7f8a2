"""What is expected of each customer: pure arithmetic over purchase days and fitted models.

Money is in the major unit of the base currency here; values are turnover before refunds unless they say "kept",
because a refunded purchase was still a purchase, and the share that is refunded is taken off at the end.
"""

from dataclasses import dataclass

import numpy as np

from .btyd import BetaGeoFit, GammaGammaFit, PurchaseDays
from .btyd.histories import Purchases
from .btyd.predict import chance_to_buy, discounted_purchases, expected_purchases, value_if_loyal
from .rhythm import NEVER, REGULAR_CHANCE, Rhythm, rhythm

WEEKS_SOON, WEEKS_YEAR = 13, 52
YEARLY_DISCOUNT = 0.10


@dataclass(frozen=True, slots=True)
class Models:
    """The fitted models, and the share of turnover that is not refunded."""

    purchases: BetaGeoFit
    spend: GammaGammaFit | None
    typical_spend: float  # used while nobody has bought twice
    kept: float = 1.0

    def expected_spend(self, base: Purchases) -> np.ndarray:
        """Expected amount of a future purchase day, per customer."""
        if self.spend is None:
            return np.full(len(base.customer), self.typical_spend)
        return self.spend.expected_spend(base.histories.x, base.mean_spend)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Per customer, in the order of `customer`; days are day numbers, NEVER where not applicable."""

    customer: np.ndarray
    purchase_days: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    chance_soon: np.ndarray  # P(buys within 13 weeks)
    purchases_soon: np.ndarray
    purchases_year: np.ndarray
    value_year: np.ndarray  # discounted, kept
    at_stake: np.ndarray  # what the year would be worth if they were certain to stay
    rhythm: Rhythm
    regular_from: np.ndarray
    regular_to: np.ndarray


def outlook(days: PurchaseDays, models: Models, *, as_of_day: int) -> Outlook:
    """Predictions for everybody in `days`, which hold nothing after `as_of_day`."""
    base, fit = days.purchases(as_of_day), models.purchases
    history = base.histories
    spend = models.expected_spend(base) * models.kept
    chance, pace = chance_to_buy(fit, history, weeks=WEEKS_SOON), rhythm(days, fit)
    regular = (chance >= REGULAR_CHANCE) & (pace.spell_to >= as_of_day)
    return Outlook(
        customer=base.customer,
        purchase_days=history.x + 1,
        first_day=base.first_day,
        last_day=base.first_day + history.recency,
        chance_soon=chance,
        purchases_soon=expected_purchases(fit, history, weeks=WEEKS_SOON),
        purchases_year=expected_purchases(fit, history, weeks=WEEKS_YEAR),
        value_year=discounted_purchases(fit, history, yearly_discount=YEARLY_DISCOUNT) * spend,
        at_stake=value_if_loyal(fit, history, yearly_discount=YEARLY_DISCOUNT) * spend,
        rhythm=pace,
        regular_from=np.where(regular, pace.spell_from, NEVER),
        regular_to=np.where(regular, pace.spell_to, NEVER),
    )
