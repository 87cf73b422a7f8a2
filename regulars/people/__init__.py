"""Persons, the nodes they are made of, identifiers, merging, traits, consent, erasure."""
