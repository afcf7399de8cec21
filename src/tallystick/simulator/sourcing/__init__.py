"""A small world of sourcing: several locations that send, lack, refuse and hand over; orders that name none of them.

A world of its own, so that the shop's histories keep their seeds.
"""
