"""Gift cards on the command line.

Never here: what a card is (journal/card.py) or what becomes of it (processes/gift_cards).
"""
