"""Stewardship of master data: what each system says of a thing, whose word counts, and what channels are told of it.

Never here: names of natural persons, or anything else of one.
"""
