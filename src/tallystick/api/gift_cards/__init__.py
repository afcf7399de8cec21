"""Gift cards: issued, looked up, blocked. A code is heard and never kept; a card is known by its digest.

Never here: what an order takes of a card (processes/gift_cards).
"""
