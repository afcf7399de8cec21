"""Sourcing in the fold: the policy as a process, orders placed without a location, and their parts when a location refuses.

Never here: which location wins (decisions/sourcing/).
"""
