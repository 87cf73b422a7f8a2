"""The Gamma-Gamma model of spend per purchase: Fader & Hardie (2013), eq. 1a and 5.

A customer's mean over x purchases tells more the larger x is; the model shrinks it towards the base's mean by
exactly that much. `gamma` is in the unit of the amounts given.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, zeta

from .newton import LogNormalPrior, Optimum, maximise, single_threaded

NAMES = ("p", "q", "gamma")
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class GammaGammaFit:
    """A fitted Gamma-Gamma; `observed_mean` is the plain mean of the customers it learned from."""

    optimum: Optimum
    customers: int
    observed_mean: float

    @property
    def parameters(self) -> tuple[float, float, float]:
        return tuple(float(value) for value in self.optimum.parameters)

    def expected_spend(self, x: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """Expected spend per future purchase, given the mean over x repeat purchases; eq. 5.

        Customers without a usable mean (x = 0 or not above zero) get the base's mean.
        """
        p, q, gamma = self.parameters
        known = np.asarray((x > 0) & (mean > 0))
        given = p * (gamma + np.where(known, x * mean, 0.0)) / (p * np.where(known, x, 1) + q - 1)
        return np.where(known, given, self.population_mean)

    @property
    def population_mean(self) -> float:
        """p gamma / (q - 1); the plain mean where the model has none (q at most 1)."""
        p, q, gamma = self.parameters
        return p * gamma / (q - 1) if q > 1.05 else self.observed_mean


def weak_prior(scale: float) -> LogNormalPrior:
    """Centred on CDNOW's shape, in the shop's own money: its mean spend is `scale`."""
    return LogNormalPrior(centre=(6.0, 4.0, scale / 2), sd=2.0)


def fit_gammagamma(x: np.ndarray, mean: np.ndarray, *, regularise: bool = True) -> GammaGammaFit:
    """The Gamma-Gamma of all customers with a repeat purchase and a positive mean.

    ValueError when there are none. `regularise=False` gives plain maximum likelihood.
    """
    usable = (np.asarray(x) > 0) & (np.asarray(mean) > 0)
    x, mean = np.asarray(x)[usable], np.asarray(mean, dtype=float)[usable]
    if not len(x):
        raise ValueError("Nobody has bought twice yet, so spend per purchase cannot be estimated.")
    scale = float(mean.mean())
    prior = weak_prior(scale) if regularise else None
    start = np.array([6.0, 4.0, scale / 2])
    with single_threaded():
        optimum = maximise(Likelihood(x, mean), start=start, prior=prior)
    return GammaGammaFit(optimum, len(x), scale)


class Likelihood:
    """The log-likelihood at (p, q, gamma): value, gradient, Hessian; by histogram of x."""

    def __init__(self, x: np.ndarray, mean: np.ndarray) -> None:
        self.by_x = np.bincount(x)
        self.total = x * mean
        self.x = x.astype(float)
        self.x_ln_total = float(self.x @ np.log(self.total))
        self.ln_mean = float(np.log(mean).sum())

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        p, q, gamma = parameters
        k = np.flatnonzero(self.by_x)
        w, n = self.by_x[k].astype(float), len(self.x)
        pk = p * k
        x_ln, ln, x_inv, inv, x_inv2, inv2 = self._sums(gamma)
        value = w @ (gammaln(pk + q) - gammaln(pk)) + n * (q * np.log(gamma) - gammaln(q))
        value += p * self.x_ln_total - self.ln_mean - p * x_ln - q * ln
        psi, tri = digamma(pk + q), zeta(2, pk + q)
        grad = np.array(
            [
                (w * k) @ (psi - digamma(pk)) + self.x_ln_total - x_ln,
                w @ psi + n * (np.log(gamma) - digamma(q)) - ln,
                n * q / gamma - p * x_inv - q * inv,
            ]
        )
        hess = np.empty((3, 3))
        hess[0, 0] = (w * k * k) @ (tri - zeta(2, pk))
        hess[1, 1] = w @ tri - n * zeta(2, q)
        hess[2, 2] = -n * q / gamma**2 + p * x_inv2 + q * inv2
        hess[0, 1] = hess[1, 0] = (w * k) @ tri
        hess[0, 2] = hess[2, 0] = -x_inv
        hess[1, 2] = hess[2, 1] = n / gamma - inv
        return float(value), grad, hess

    def _sums(self, gamma: float) -> np.ndarray:
        """Sums over customers of {x, 1} times ln(gamma+z), 1/(gamma+z), 1/(gamma+z)^2; z is total spend."""
        total = np.zeros(6)
        for at in range(0, len(self.x), _BLOCK):
            x, z = self.x[at : at + _BLOCK], gamma + self.total[at : at + _BLOCK]
            logs, inverse = np.log(z), 1 / z
            square = inverse * inverse
            total += x @ logs, logs.sum(), x @ inverse, inverse.sum(), x @ square, square.sum()
        return total
