"""The shop counter: a page for a phone or tablet that finds customers, rings up and thanks them, also offline.

A *device* is a till that was let in once; what it does while the connection is gone is sent again until answered.
"""
