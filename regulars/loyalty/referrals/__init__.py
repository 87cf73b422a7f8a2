"""People bring people: links and codes, what comes of them, and whether it was meant.

A referral waits for the friend's first order, is pending until that order is safe, is looked at by a person when its
score says so, and then rewards both; a refund undoes it. `fate` says what should be, pure; `judging` makes it so.
"""
