"""What people say to and about Northgate Sports on networks, in reviews, mails and its message box, for eight weeks.

In the third last week a batch of boots loses its soles. `words.py` has what is said, `saying.py` who says it and
when, `answering.py` how Northgate answers, `posting.py` what it publishes.
"""
