"""Medusa, a web shop: orders, payments and refunds are polled; stock, parcels, captures and refunds go to it.

Never here: what an order means to the book, and what of ours is in the shop (there is no plugin).
"""
