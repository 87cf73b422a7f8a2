"""Short lessons with a test, who passed them, and whether one must have before speaking in public.

A *lesson* is a text of a few minutes and some questions. A *try* is one test taken; one that passed counts until it
expires. A *grant* lets somebody speak for a few days before they have passed.
"""
