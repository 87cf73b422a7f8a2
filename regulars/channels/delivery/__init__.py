"""From a planned row to the other side's answer: claim, render, decide, hand off, note the answer.

A worker claims some hundred rows, renders those that may go, and hands off at most a hundred at a time: the decision
that counts, the reserved slot and the state "handing off" are committed together before the first byte leaves, the
answers after the last one came. Whoever is killed in between leaves claimed rows, which are planned again, and rows
in hand-off, which become "unknown": nothing is ever sent twice on a guess.
"""
