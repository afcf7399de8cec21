"""The gate's database: one transaction a batch, rows laid out, written and chained.

Never here: reading for people (reading/), decisions.
"""
