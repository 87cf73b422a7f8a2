"""Where people talk with us and about us: accounts on networks, what was said there, and what we say.

An *account* is one place we read or write: a profile, a page, a feed, a forum, a mailbox, a form. An *item* is one
thing said there: a post, a comment, a review, a private message, a mail. An *author* is who said it, and is nobody's
person until that is proven. A *post* is one thing we say, exactly once.

`providers/<kind>/` know the networks (`shape.py` says what each offers); `reading.py` asks them, `taking.py` keeps
what they say, `posting.py` hands over what we say and looks whether it is there.
"""
