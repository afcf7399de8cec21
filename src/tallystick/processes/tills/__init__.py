"""A shop's day at its tills, one family: each basket, and the cash-up that clears what they took.

Never here: sales of other channels (records/), payments by a provider (payments/).
"""
