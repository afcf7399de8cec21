"""Selling: what stands beside an order's lines: the tax of each, gift cards that pay, and kits.

Never here: how much of it there is, or what follows (decisions/, processes/).
"""
