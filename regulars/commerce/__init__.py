"""Products, orders, returns, stores, exchange rates: derived from the events."""
