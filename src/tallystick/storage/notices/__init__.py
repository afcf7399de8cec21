"""Notices to customers in the database: made out of events, waiting, and what came of each attempt.

Never here: whom a reference stands for (vault.py), what a letter says (publishing/notices/).
"""
