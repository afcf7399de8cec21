"""Proposals: manual entries that one person prepares and another approves.

Never here: that the two are different people; the database sees to it, whichever door is taken.
"""
