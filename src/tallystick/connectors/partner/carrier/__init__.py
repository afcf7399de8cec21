"""A carrier at the partner API.

Never here: how the API is spoken (one floor up).
"""
