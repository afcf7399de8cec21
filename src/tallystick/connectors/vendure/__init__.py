"""Vendure, a web shop: orders, payments and refunds come from it; stock, cancellations, refunds and parcels go to it.

Never here: whether an order can be kept (decisions/), and code of Vendure's own (it is GPL; we speak its API). The
plugin in plugin/ is ours; it runs inside the shop and tells us of changes at once.
"""
