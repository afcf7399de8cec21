"""Prices: what a product costs in a channel, now or at another moment.

Prices are declared as reports by their system of record; never here: what a customer pays after discounts.
"""
