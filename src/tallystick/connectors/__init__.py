"""Doors to foreign systems, one folder each. No door knows another.

Never here: decisions, postings, SQL.
"""
