"""A small world of gift cards: bought, spent in part and in whole, lost and found, and run out, in the same bad weather.

Never here: goods and providers (their partners live in the rooms beside it).
"""
