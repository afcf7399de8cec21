"""`tally book …`: one file for each thing that is done with a whole book.

Never here: SQL, or what a proof or balance means.
"""
