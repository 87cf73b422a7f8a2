"""The segment builder: a definition tree as form fields and back, and the steps that change its shape.

Every field is named by the path of its node: `n` is the root, `n-0-2` the third child of its first child. So the
page works without script: each button sends the whole form with `act`, and the answer is the changed form. Trees
may be incomplete while somebody works on them; `segments.parsing.parse` says what is missing, and where.
"""
