"""Posting rules: which accounts each fact moves, as tables an accountant can read and sign.

Rules choose accounts; they never compute. Never here: amounts that a fact does not carry.
"""
