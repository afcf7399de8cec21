"""`tally return …`: policies, and what happens to a return.

Never here: anything but reading options, asking the house and writing what it says.
"""
