"""Customers' own pages: sign-up forms, confirmation, preferences, unsubscribing; the links in messages lead here.

A GET never changes what somebody agreed to: link scanners follow every link in a mail.
"""
