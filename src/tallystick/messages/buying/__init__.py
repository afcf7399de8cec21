"""Buying: what is ordered of suppliers, what arrives of it, what they invoice, and what goes back.

The subject is the purchase. Prices are net of tax; minor units of the purchase's currency. Never here: how an invoice
is matched (decisions/buying).
"""
