"""Kinds of sources, in folders of equal shape: to add one, copy a neighbour and name it in `kinds.py`.

A shop or till that sends webhooks (shopify, woocommerce, square, stripe, webhook) is a *connection*:

    __init__.py   KIND: what it is called, what its form asks for, and the functions below
    signing.py    is this delivery really from there? On the raw bytes, in constant time
    reading.py    a delivery as canonical events: pure, so that the same one always gives the same message ids
    asking.py     what its API says: what changed since a time, one object by id
    registering.py   asking the API to send webhooks here

What they share stands beside them: `door.py` takes deliveries in, `opening.py` turns stored ones into events,
`canonical.py` knows the events, `reconciling.py` asks every hour for what webhooks missed, `wanting.py` fetches what
a delivery only named, `privacy.py` keeps what customers asked for through the shop. `csv` and `contacts` read files.
"""
