"""Records of things as they count now, whose word that is, and what happened to them.

Never here: what a channel is told of them.
"""
