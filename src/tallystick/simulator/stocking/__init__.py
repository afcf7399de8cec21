"""A small world of stock keeping: transfers, counts and corrections in bad weather, with proofs told from what truly happened.

A world of its own, so that the shop's histories keep their seeds.
"""
