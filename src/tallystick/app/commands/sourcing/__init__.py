"""`tally sourcing` and what of `tally order` is about where its goods come from.

Never here: how a location is chosen (decisions/sourcing/).
"""
