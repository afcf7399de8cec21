"""Availability: what can be promised, for one product or many.

Never here: the arithmetic of a promise (decisions/).
"""
