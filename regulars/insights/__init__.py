"""Retention, customer value, who drifts away: measured, dated, with uncertainty."""
