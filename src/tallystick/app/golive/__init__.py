"""Going live: an old system's files read, its takeover planned, its exports compared, channels switched.

Never here: rules of what fits (reconciliation/golive), what becomes of it in the book (processes/golive).
"""
