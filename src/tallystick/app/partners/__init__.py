"""Partners beside the trade, wired: the built-in judge, labels, and the cases that follow the book.

Never here: what a verdict does to an order.
"""
