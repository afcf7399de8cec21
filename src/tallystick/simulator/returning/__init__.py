"""A world of returns under policies: orders lived as the shop's are, sent back in bad weather, looked at, refunded.

A world of its own, so that the shop's histories keep their seeds.
"""
