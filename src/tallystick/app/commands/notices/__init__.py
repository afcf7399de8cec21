"""`tally notice …`: what customers are told.

Never here: how a letter is written, sent or kept.
"""
