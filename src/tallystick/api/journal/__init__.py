"""The journal, read: entries with their reasons, and the story behind any number.

Never here: writing; a manual entry is proposed and approved (`tally entry`).
"""
