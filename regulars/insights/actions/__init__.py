"""What insights can do: learn from the whole base, keep predictions up to date, measure campaigns, forget."""

from .advising import advise
from .forgetting import forget
from .habits import renew_habits
from .learning import note_known_parameters, refit
from .measuring import measure_campaign, measure_recent
from .predicting import predict
from .pressing import count_pressure

__all__ = [
    "advise",
    "count_pressure",
    "forget",
    "measure_campaign",
    "measure_recent",
    "note_known_parameters",
    "predict",
    "refit",
    "renew_habits",
]
