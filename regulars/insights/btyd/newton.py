"""Damped Newton ascent in log-parameters, for likelihoods that know their exact gradient and Hessian.

Positive parameters are unconstrained in logs; the covariance is the inverse of the negative Hessian there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

Evaluation = tuple[float, np.ndarray, np.ndarray]


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def single_threaded():
    """A context in which BLAS uses one thread: on a busy host its threads make fits 6-8 times slower."""
    return _threads().limit(limits=1, user_api="blas")


@dataclass(frozen=True, slots=True)
class LogNormalPrior:
    """A weak prior: independent normals on the logs of the parameters.

    It keeps odd shops off the boundary, where predictions become NaN, and does not move ordinary ones: at sd
    2.5 one standard deviation is a factor of twelve either way.
    """

    centre: tuple[float, ...]
    sd: float

    def at(self, log_p: np.ndarray) -> Evaluation:
        away = log_p - np.log(self.centre)
        grad = -away / self.sd**2
        return 0.5 * float(away @ grad), grad, -np.eye(len(log_p)) / self.sd**2


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the ascent ended. `log_likelihood` is without the prior; `log_covariance` of the logs."""

    parameters: np.ndarray
    log_likelihood: float
    log_covariance: np.ndarray
    converged: bool
    passes: int

    @property
    def standard_errors(self) -> np.ndarray:
        """Of the parameters themselves, by the delta method."""
        return self.parameters * np.sqrt(np.diag(self.log_covariance))


def maximise(
    evaluate: Callable[[np.ndarray], Evaluation],
    *,
    start: np.ndarray,
    prior: LogNormalPrior | None = None,
    tolerance: float = 1e-9,
    most_passes: int = 60,
) -> Optimum:
    """The maximum of `evaluate`, which maps parameters to (value, gradient, Hessian) in natural units.

    Ends when the expected gain of another step is below `tolerance` (in log-likelihood), or not converged
    after `most_passes`. Every accepted step raises the objective.
    """
    log_p = np.log(start)
    value, grad, hess, likelihood = _objective(evaluate, prior, log_p)
    passes, converged = 1, False
    while passes < most_passes and not converged:
        step = _ascent(grad, hess)
        converged = 0.5 * float(grad @ step) < tolerance * max(1.0, abs(value) * 1e-4)
        for shrink in (1.0, 0.5, 0.2, 0.05, 0.01):
            candidate = _objective(evaluate, prior, log_p + shrink * step)
            passes += 1
            if candidate[0] >= value - 1e-12 * abs(value):
                log_p = log_p + shrink * step
                value, grad, hess, likelihood = candidate
                break
        else:
            break
    return Optimum(np.exp(log_p), likelihood, _inverse(-hess), converged, passes)


def _objective(evaluate, prior, log_p):
    """Value, gradient and Hessian with respect to the logs, prior included; and the bare likelihood."""
    p = np.exp(log_p)
    likelihood, grad, hess = evaluate(p)
    grad = grad * p
    hess = hess * np.outer(p, p) + np.diag(grad)
    if prior is None:
        return likelihood, grad, hess, likelihood
    more = prior.at(log_p)
    total = likelihood + more[0]
    return (total if np.isfinite(total) else -np.inf), grad + more[1], hess + more[2], likelihood


def _ascent(grad: np.ndarray, hess: np.ndarray) -> np.ndarray:
    """The Newton step where the surface is concave, a safe uphill one elsewhere; at most a factor e^2."""
    values, vectors = np.linalg.eigh(-hess)
    floor = 1e-10 * max(np.abs(values).max(), 1e-300)
    step = vectors @ ((vectors.T @ grad) / np.maximum(np.abs(values), floor))
    return step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))


def _inverse(information: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(information)
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)
