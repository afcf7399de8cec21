"""`tally transfer …`, `tally count …` and `tally stock adjust|move|…`: what is moved, counted and corrected.

Never here: anything but reading options, asking the house and writing what it says.
"""
