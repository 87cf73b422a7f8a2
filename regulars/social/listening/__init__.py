"""Listening: the query language of topics, what matches, how loud it is, what rises and why.

Pure: words, parsing, matching, noise, baseline, logodds, repeats, pains. With the database: counting.
"""
