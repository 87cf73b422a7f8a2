"""The composition root: settings, addresses, and every periodic job on one page."""
