"""Gift cards: the card itself, and the tenders of an order that cards pay in part.

Never here: what a provider does with its part (payments/).
"""
