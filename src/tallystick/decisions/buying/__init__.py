"""Choices of buying: does an invoice fit order and goods, and what do goods cost once freight and differences are known.

Never here: what is done about an invoice that does not fit (processes/buying).
"""
