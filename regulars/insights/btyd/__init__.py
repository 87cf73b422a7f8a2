"""Buy-till-you-die models: who will buy again, how often, and what it is worth.

Pure numpy; nothing here knows of Django, people or clocks. A customer is a purchase history `(x, t_x, T)`:
repeat purchase days, time from the first to the last purchase, time from the first purchase to now. `models`
fit the whole base at once, on compressed rows, by damped Newton with the exact Hessian, so that a million
customers take a fraction of a second and standard errors come free. Times are integer ticks (days unless said
otherwise) outside and weeks inside: the unit of every parameter is the week.
"""

from .betageo import BetaGeoFit, fit_bgnbd, fit_mbgnbd
from .gammagamma import GammaGammaFit, fit_gammagamma
from .histories import Histories, PurchaseDays, histories_from_purchases

__all__ = [
    "BetaGeoFit",
    "GammaGammaFit",
    "Histories",
    "PurchaseDays",
    "fit_bgnbd",
    "fit_gammagamma",
    "fit_mbgnbd",
    "histories_from_purchases",
]
