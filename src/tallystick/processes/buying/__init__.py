"""Procure-to-stock: the purchase, and each invoice of it, as tables.

One family a purchase: order, receipts, invoices and what is expected of it are folded and locked together.
"""
