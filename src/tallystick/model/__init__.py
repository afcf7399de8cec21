"""Amounts, products, locations and parties: the nouns that every other room uses.

Never here: anything that decides, posts, reads a clock or touches a file.
"""
