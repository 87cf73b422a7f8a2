"""Listening and publishing: what is said about us and around us, what we say to everybody, and what it brought.

A *topic* is something we listen for, a question in our query language; a *mention* is an item that matches one. An
*alert* says that something rises, has an owner and an outcome. A *plan* is a post in the making, for one or several
accounts; what goes out are `channels` posts. The *brake* stops everything that would go out in public.
"""
