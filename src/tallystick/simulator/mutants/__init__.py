"""Bugs put in on purpose: small changes of the house, and the seed that catches each.

A proof that never fails proves nothing.

Never here: anything the house runs; a mutant lasts as long as its context.
"""
