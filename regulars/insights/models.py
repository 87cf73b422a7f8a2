"""Predictions per person and the fits they come from."""
