"""Ids, money, clock, signals, jobs, loops, logs, registries, settings types: knows nothing of the domain."""
