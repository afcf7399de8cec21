"""The small world with partners beside the trade: who judges orders, who carries parcels, who answers customers.

A world of its own, so that the shop's histories keep their seeds.
"""
