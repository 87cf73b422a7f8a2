"""Send: broadcasts, messages and why, pressure, holdout."""
