"""Conversations out: messages with a natural key, one decision engine, delivery, suppression, feedback.

A *campaign* is what messages belong to (a broadcast, a step of a journey, a kind of transactional message); a
*message* is one intended message to one person; a *sender* is a server or service that carries messages.
"""
