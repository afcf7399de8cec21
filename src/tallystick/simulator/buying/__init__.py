"""A small world of buying: purchases lived in bad weather, with proofs told from what suppliers and docks truly did.

A world of its own, so that the shop's histories keep their seeds.
"""
