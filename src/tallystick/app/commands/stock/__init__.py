"""`tally stock …`: shelves and how they came to be, what may be promised of them, and the rules of that.

Never here: anything but reading options, asking the house and writing what it says.
"""
