"""Conversations and cases from anywhere: who owns them, by when they are answered, and how they ended.

A *case* is something a colleague has to do for a person. It is opened once per origin, has an owner and a due time,
and closes with an outcome that later measurement reads. What is said and done in it are its *entries*; public ones
were seen by others, private ones by the person or by us alone.
"""
