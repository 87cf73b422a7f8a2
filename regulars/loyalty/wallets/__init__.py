"""The member's card in the wallets of Apple and Google, when the shop has keys for them.

Neither has been proven against the live services. A card holds the code and no balance: what is on it is not brought
up to date, and a balance that is out of date is wrong.
"""
