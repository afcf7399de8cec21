"""Fulfilment: what a location was asked to send, what left, and what will not.

Never here: what goods cost or earn.
"""
