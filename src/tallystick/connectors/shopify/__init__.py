"""Shopify, a web shop: orders, payments, refunds and payouts come from it; stock, parcels, refunds and cancellations go to it.

It is read over REST, for webhooks speak the same words, and told over GraphQL, which keeps keys and compares.
Never here: whether an order can be kept (decisions/), and the tills of Shopify POS.
"""
