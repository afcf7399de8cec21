"""Sourcing: the policy of where goods of an order come from, and what was decided by it. Pick-up at a shop's counter.

Never here: how a location is chosen (decisions/sourcing/).
"""
