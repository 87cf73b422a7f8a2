"""Customers' own pages: sign-up forms, confirmation, preferences, unsubscribing; the links in messages lead here."""
