"""PostgreSQL behind our ports: all SQL of the house lives here.

Never here: decisions. The database keeps and locks; Python decides.
"""
