"""What insights can do: learn from the whole base, keep predictions up to date, forget."""

from .forgetting import forget
from .learning import note_known_parameters, refit
from .predicting import predict

__all__ = ["forget", "note_known_parameters", "predict", "refit"]
