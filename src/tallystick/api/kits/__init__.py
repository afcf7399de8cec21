"""Kits: what they are made of, how many there are, and lines of an order taken apart into their components.

Never here: whether stock suffices (decisions/), or what a component costs.
"""
