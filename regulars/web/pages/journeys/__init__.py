"""Automate: journeys, their tree, who stands where, rehearsal."""
