"""Slow tests of promises about crashes; `make soak`."""
