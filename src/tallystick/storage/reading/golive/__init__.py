"""Going live, read: the book's side of a parallel day, what is behind a difference, and where channels and takeovers stand.

Never here: what differs (reconciliation/golive).
"""
