"""A small world of going live: an old system taken over in bad weather, a channel run beside it, and switched.

A world of its own, so that the shop's histories keep their seeds.
"""
