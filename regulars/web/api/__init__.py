"""The REST API for programs, /api/v1/: people, segments, facts, events, sources and keys. See docs/api.md.

`frame` holds what all operations share (keys, limits, errors); each file of operations calls the rooms' queries and
actions as the pages do; `reference` renders the description (OpenAPI) for people.
"""
