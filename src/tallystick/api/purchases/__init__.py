"""Purchases: where an order to a supplier stands. What happens to it comes in as reports.

Never here: approval of an invoice's release beyond its scope.
"""
