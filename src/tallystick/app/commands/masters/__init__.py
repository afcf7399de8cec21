"""`tally master …` and `tally publish …`: whose word counts, what contradicts it, and what channels are told.

Never here: anything but reading options, asking the house and writing what it says.
"""
