"""What other ledgers are told, and what of them we know: sums for journals, journals as they stand, masters.

Never here: deciding what to tell them.
"""
