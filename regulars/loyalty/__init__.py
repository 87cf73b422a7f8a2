"""Points, tiers, rewards and partners on an integer double-entry ledger that is never wrong.

A *lot* is points given together; it moves from pending to active to spent, expired or clawed back. A *transaction*
balances, is unique for ever by its natural key, and is never changed: corrections are reversals.
"""
