"""Earning rules: from what somebody bought and did to points, by line and rule. Pure: no database, no clock.

`rules.read` checks a rule book, `orders.as_it_stands` takes returns out of an order, `evaluate.earned_by` gives the
points of one person's past, `words` says rules and results in sentences.
"""
