"""The book itself: chart of accounts, two-legged postings, entries, stock layers, periods and seals.

Never here: why something is posted (posting/) or what is chosen (decisions/).
"""
