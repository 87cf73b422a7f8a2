"""Retention, customer value, who drifts away: measured, dated, with uncertainty.

Words: a *fit* is one model with its parameters on one day; a *prediction* is what is expected of one person; a
*report* is a finished set of figures for a page, made by `refit` at night, so that no page computes over the
base. The mathematics are pure modules (`btyd/`, `rhythm`, `rfm`, `cohorts`, `checking`, `worth`, `outlook`) that
know no database. docs/numbers.md tells what every figure means.
"""
